import type { PolicyPin } from '../../policy/ladder.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { refuse, type Drafting } from '../draft.ts';
import { isTouched, ruleOf } from '../evidence.ts';
import { completeIfDocumented } from '../follow.ts';
import { isHeld } from '../holds.ts';
import { unpack } from '../carried.ts';
import type { CarriedLadder } from '../carried-ladder.ts';
import { lostItsReason } from '../openings.ts';
import { droppedBy } from '../paths.ts';
import { allowRoles } from '../permission.ts';
import { tasksThisYear } from '../year.ts';

/** Who may move a case to another version of the policy. No policy says so: it would decide about its own end. */
export const MIGRATED_BY: Role[] = ['attendance_supervisor', 'administrator'];

/**
 * Moves the case to another version of the policy (house rule 8): an act of a named person with a reason. What was done stays done and
 * counts. An open task that the new version still asks keeps its round, its due day and what was documented on it; it is done at once when that is
 * all the new version asks. One that it asks no more is withdrawn. What the new version asks beside is opened by `follow`.
 * @param carried the ladder of the new version, as it came with the command
 */
export function migratePolicy(
  work: Drafting,
  command: { to: PolicyPin },
  textDigest: string | null,
  carried: CarriedLadder | undefined,
): void {
  const from = work.state.policy;
  const { to } = command;
  allowRoles(work, MIGRATED_BY, 'moving a case to another version of the policy');
  if (!textDigest) refuse('bad-command', 'Say why the case is moved to another version of the policy.');
  if (from === null || carried?.policy.digest !== to.digest)
    refuse('bad-command', `The ladder of ${to.id} version ${to.version} did not come with the command.`);
  if (from.digest === to.digest) refuse('already-migrated', `The case is on ${to.id} version ${to.version} already.`);
  work.emit({ type: 'policy_migrated', body: { from, to, textDigest } });
  work.ladder = unpack(carried);
  for (const task of tasksThisYear(work.state).filter(({ status }) => status === 'open' || status === 'paused')) {
    const rule = ruleOf(work.ladder, task.task);
    if (!rule) work.withdraw(task, 'policy_migrated');
    else if (task.status === 'open' && !droppedBy(work.state, work.ladder, rule)) {
      completeIfDocumented(work, task, lastOn(work, task));
      const open = work.state.tasks.some((one) => one.task === task.task && one.round === task.round && one.status === 'open');
      if (open && !isHeld(work.state) && !isTouched(work.state, work.ladder, task) && lostItsReason(work.state, work.ladder, rule, task))
        work.withdraw(task, 'policy_migrated');
    }
  }
}

function lastOn({ state }: Drafting, { task, round }: { task: string; round: number }): Drafting['state']['actions'][number] | undefined {
  return state.actions.findLast((action) => !action.superseded && action.task?.task === task && action.task.round === round);
}
