import type { Ladder, Opening, Recovery, TaskRule } from '../policy/ladder.ts';
import type { Drafting } from './draft.ts';
import { isTouched, ruleOf } from './evidence.ts';
import type { CaseState } from './state.ts';
import { isThisYear, tasksThisYear } from './year.ts';

/** What a recovery is called among the waits. */
export const RECOVERY = 'recovery';

/**
 * Recovery (de-escalation): when the student's attendance meets the policy's rule, support that nobody needs any more leaves the
 * inboxes and somebody says well done; after the school days of monitoring the student has recovered. Evidence stays, and when the
 * student falls back the same steps go on where they were: what was done is not asked again in the same school year.
 */
export function followRecovery(work: Drafting): void {
  const rule = work.ladder.recovery;
  const { standing } = work.state;
  if (!rule || !standing) return;
  // A recovery is of its school year, as the counts are.
  const on = standing.recoveredOn && isThisYear(work.state, standing.recoveredOn) ? standing.recoveredOn : null;
  const { recovery } = work.state;
  if (recovery === null && on !== null) {
    work.emit({ type: 'recovery_began', body: { on } });
    putAside(work, rule);
    const until = { schoolDays: rule.monitor, from: work.time.day, on: null, at: null };
    work.emit({ type: 'wait_began', body: { what: RECOVERY, after: on, until } });
  } else if (recovery !== null && on === null) {
    work.emit({ type: 'relapsed', body: { since: recovery.on } });
    const monitoring = work.state.waits.find((w) => w.what === RECOVERY && w.after === recovery.on && !w.ended);
    if (monitoring) work.emit({ type: 'wait_ended', body: { what: RECOVERY, after: recovery.on } });
    for (const task of tasksThisYear(work.state).filter((t) => t.status === 'paused')) {
      const again = ruleOf(work.ladder, task.task);
      if (again) work.reopen(again, task.round, 'relapsed');
    }
  } else if (recovery !== null) {
    // What a failed call or an entry taken back has opened meanwhile is support, too.
    putAside(work, rule);
    const monitored = !work.state.waits.some((w) => w.what === RECOVERY && w.after === recovery.on && !w.ended);
    if (recovery.stage === 'monitoring' && monitored) work.emit({ type: 'recovered', body: { on: recovery.on } });
  }
}

/** Takes the open support of a student who has recovered out of the inboxes. */
function putAside(work: Drafting, { open, keep }: Recovery): void {
  for (const task of tasksThisYear(work.state).filter((t) => t.status === 'open')) {
    const rule = ruleOf(work.ladder, task.task);
    if (!rule || isKept(rule, keep)) continue;
    if (open === 'withdraw' && !isTouched(work.state, work.ladder, task)) work.withdraw(task, 'recovered');
    else work.emit({ type: 'task_paused', body: { task: task.task, round: task.round } });
  }
}

/** Whether a recovery keeps a task from opening: the clock of support pauses, what the law asks for goes on. */
export function isPausedByRecovery(state: CaseState, rule: TaskRule, { recovery }: Ladder): boolean {
  return state.recovery !== null && !isKept(rule, recovery?.keep ?? []);
}

function isKept(rule: TaskRule, keep: readonly string[]): boolean {
  return keep.includes(rule.task) || rule.opens.some(isOfSituation);
}

/** What a student's situation asks for is owed however well the attendance goes. */
function isOfSituation(opening: Opening): boolean {
  return opening.on === 'recovered' || opening.on === 'path';
}
