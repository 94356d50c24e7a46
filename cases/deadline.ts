import type { Day } from './actions.ts';
import type { Due, Instant } from './events.ts';
import { mergedInto } from './merged.ts';
import type { CaseState } from './state.ts';

/** What the case has to look at, at its instant: open tasks that have not lapsed, and waits that go on; nothing while it sleeps. */
function pendingDues(state: CaseState): Due[] {
  if (mergedInto(state)) return [];
  return [
    ...state.tasks.filter((t) => t.status === 'open' && !t.lapsed).map((t) => t.due),
    ...state.waits.filter((w) => !w.ended).map((w) => w.until),
  ];
}

/** The next instant at which the case must look at itself: the earliest due time of an open task, or the end of a wait. */
export function nextDeadline(state: CaseState): Instant | null {
  const due = pendingDues(state).flatMap(({ at }) => (at === null ? [] : [at]));
  return due.length ? due.reduce((a, b) => (a < b ? a : b)) : null;
}

/** The day that the school's calendar gave a deadline; null if nothing falls due then. */
export function deadlineDay(state: CaseState, deadline: Instant): Day | null {
  return pendingDues(state).find(({ at }) => at === deadline)?.on ?? null;
}
