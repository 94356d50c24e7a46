import type { z } from 'zod';
import { possible } from '../../cases/index.ts';
import type { CaseState, TaskState } from '../../cases/state.ts';
import type { Ladder, TaskRule, Wording } from '../../policy/ladder.ts';
import type { TaskPerson } from '../../store/read/duties.ts';
import type { possibility, task as taskContract } from '../contracts/case.ts';
import type { Person } from '../signin.ts';

export interface StepView {
  step: string;
  title: string;
  tasks: z.input<typeof taskContract>[];
}

/**
 * The rungs of the ladder that have opened, in the policy's order, each with its tasks.
 * @param people whom each open task falls to
 * @param former ladders from which the case was moved, latest first: what only they know stays on the page, under their words
 */
export function viewSteps(
  state: CaseState,
  ladder: Ladder,
  today: string,
  people: ReadonlyMap<string, TaskPerson[]>,
  former: Ladder[] = [],
): StepView[] {
  const steps = new Map<string, StepView>();
  const seen = new Set<string>();
  for (const from of [ladder, ...former]) {
    for (const rule of from.tasks.filter(({ task }) => !seen.has(task))) {
      seen.add(rule.task);
      for (const task of state.tasks.filter((one) => one.task === rule.task)) {
        const words = wordsOf(from, rule.task);
        const key = words.step ?? rule.kind;
        const step = steps.get(key) ?? { step: key, title: stepTitle(from, key), tasks: [] };
        step.tasks.push(viewTask(task, rule, words, today, people.get(task.task) ?? []));
        steps.set(key, step);
      }
    }
  }
  return [...steps.values()];
}

function viewTask(task: TaskState, rule: TaskRule, words: Wording, today: string, people: TaskPerson[]): StepView['tasks'][number] {
  return {
    task: task.task,
    round: task.round,
    title: words.title,
    clause: words.clause,
    kind: rule.kind,
    owner: rule.owner,
    also: rule.also ?? [],
    people: task.status === 'open' ? people : [],
    status: task.status,
    openedOn: task.openedOn,
    due: task.due,
    overdue: task.status === 'open' && task.due.on !== null && task.due.on < today,
    evidence: task.evidence,
    ref: task.ref ?? null,
    meeting: words.meeting ? { chair: null, quorum: null, leadDays: null, ...words.meeting } : null,
  };
}

function wordsOf(ladder: Ladder, task: string): Wording {
  return ladder.wording?.[task] ?? { title: task, clause: '', step: null };
}

function stepTitle(ladder: Ladder, step: string): string {
  if (step === 'situation') return 'The student’s situation';
  return ladder.bands.find(({ band }) => band === step)?.name ?? step;
}

/** What may be done now, by whom, and whether by the reader. */
export function viewPossible(state: CaseState, ladder: Ladder, person: Person): z.input<typeof possibility>[] {
  return possible(state, ladder).map(({ command, title, roles, task, waitsFor, paths }) => ({
    command,
    title,
    task: task ?? null,
    roles,
    you: roles.some((role) => role === person.role),
    waitsFor: waitsFor ?? [],
    paths: paths ?? [],
  }));
}
