import type { Instant } from './events.ts';
import type { CaseState } from './state.ts';

/** The next instant at which the case must look at itself: the earliest due time of an open task that has not lapsed. */
export function nextDeadline(state: CaseState): Instant | null {
  const due = state.tasks.flatMap((t) => (t.status === 'open' && !t.lapsed && t.due.at !== null ? [t.due.at] : []));
  return due.length ? due.reduce((a, b) => (a < b ? a : b)) : null;
}
