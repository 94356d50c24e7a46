import type { Day } from './actions.ts';
import type { Due, Instant } from './events.ts';
import { mergedInto } from './merged.ts';
import { remembered } from './remembered.ts';
import type { CaseState, TaskState, Wait } from './state.ts';

/** What the case has to look at, at its instant: open tasks that have not lapsed, and waits that go on; nothing while it sleeps. */
function pendingDues(state: CaseState): Due[] {
  return mergedInto(state) ? [] : duesOf(state.tasks, state.waits);
}

const duesOf = remembered((tasks: TaskState[], waits: Wait[]): Due[] => {
  const dues: Due[] = [];
  for (const { status, lapsed, due } of tasks) if (status === 'open' && !lapsed) dues.push(due);
  for (const { ended, until } of waits) if (!ended) dues.push(until);
  return dues;
});

/** The next instant at which the case must look at itself: the earliest due time of an open task, or the end of a wait. */
export function nextDeadline(state: CaseState): Instant | null {
  let next: Instant | null = null;
  for (const { at } of pendingDues(state)) if (at !== null && (next === null || at < next)) next = at;
  return next;
}

/** The day that the school's calendar gave a deadline; null if nothing falls due then. */
export function deadlineDay(state: CaseState, deadline: Instant): Day | null {
  return pendingDues(state).find(({ at }) => at === deadline)?.on ?? null;
}
