import type { Ladder, Requirement, TaskRule } from '../policy/ladder.ts';
import type { Role } from '../policy/vocabulary.ts';

/** A task's rule, written short: its key, its openings in a word, the index of who does it, its due time, its evidence, and what else there is. */
export type Packed = [task: string, opens: string, by: number, due: number, evidence: TaskRule['evidence'], more?: Partial<TaskRule>];

/**
 * The ladder as a case carries it in its start input and from run to run: the same content, written short. What repeats (who does a
 * task, when it opens) is said in a word; a requirement that is a task is its name.
 */
export type CarriedLadder = Omit<Ladder, 'tasks' | 'referral' | 'wording'> & {
  by: Role[][];
  tasks: Packed[];
  referral: (string | Requirement)[];
};
