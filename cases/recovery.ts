import type { Opening, TaskRule } from '../policy/ladder.ts';
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
    for (const task of tasksThisYear(work.state).filter((t) => t.status === 'open' && !isKept(work, t.task))) {
      if (rule.open === 'withdraw' && !isTouched(work.state, work.ladder, task)) work.withdraw(task, 'recovered');
      else work.emit({ type: 'task_paused', body: { task: task.task, round: task.round } });
    }
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
  } else if (
    recovery?.stage === 'monitoring' &&
    !work.state.waits.some((w) => w.what === RECOVERY && w.after === recovery.on && !w.ended)
  ) {
    work.emit({ type: 'recovered', body: { on: recovery.on } });
  }
}

/** Whether a recovery keeps an opening from opening its task: the clock of support pauses, what the law asks for goes on. */
export function isPausedByRecovery(state: CaseState, rule: TaskRule, opening: Opening, keep: readonly string[]): boolean {
  if (state.recovery === null || isOfSituation(opening)) return false;
  return !keep.includes(rule.task);
}

function isKept(work: Drafting, task: string): boolean {
  const rule = ruleOf(work.ladder, task);
  return work.ladder.recovery?.keep.includes(task) === true || rule?.opens.some(isOfSituation) === true;
}

/** What a student's situation asks for is owed however well the attendance goes. */
function isOfSituation(opening: Opening): boolean {
  return opening.on === 'recovered' || opening.on === 'path';
}
