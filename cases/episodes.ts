import type { Closing } from './events.ts';
import type { Drafting } from './draft.ts';
import type { CaseState } from './state.ts';

/** Where a case stands in its life, derived from its events. */
export type Phase = 'open' | 'monitoring' | 'recovered' | 'reopened' | 'closed';

export function phaseOf(state: CaseState): Phase {
  if (state.closed !== null) return 'closed';
  if (state.recovery !== null) return state.recovery.stage;
  return state.episode > 1 || state.relapsedOn !== null ? 'reopened' : 'open';
}

/**
 * A case ends when the student's enrollment in the district does, and begins again, as a new episode of the same case, when the
 * student comes back: counts go on inside the school year and what was filed stays filed.
 */
export function followEnrollment(work: Drafting): void {
  const { standing, closed } = work.state;
  if (!standing) return;
  const departed = standing.departed ?? null;
  if (departed !== null && closed === null) {
    work.emit({ type: 'case_closed', body: { why: closingOf(work, departed.reason), on: departed.on } });
    for (const task of work.state.tasks.filter((t) => t.status === 'open' || t.status === 'paused')) work.withdraw(task, 'case_closed');
    for (const { what, after } of work.state.waits.filter((w) => !w.ended)) work.emit({ type: 'wait_ended', body: { what, after } });
  } else if (departed === null && closed !== null) {
    work.emit({ type: 'case_reopened', body: { episode: work.state.episode + 1, before: closed.why } });
  }
}

/** Why, from the source's own reason: graduation is what it says, an exit at the end of compulsory age is by age, any other a move. */
function closingOf(work: Drafting, reason: string | null): Closing {
  if (reason !== null && /grad|diploma|complet/i.test(reason)) return 'graduated';
  return (work.state.standing?.age ?? 0) >= work.ladder.statute.ageUntil ? 'aged_out' : 'moved';
}
