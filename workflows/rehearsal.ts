import { ActivityFailure, ApplicationFailure, proxyActivities, rootCause } from '@temporalio/workflow';
import type { RehearsalActivities } from '../activities/rehearsals.ts';

/**
 * A rehearsal that was asked for by the API: laid out into parts, each of which can be done again, so that a worker that dies costs a part
 * and nothing else.
 */

const rehearsal = proxyActivities<RehearsalActivities>({
  // A queue of its own: what takes a processor for minutes must not keep imports and cases waiting.
  taskQueue: 'rehearsal',
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 },
});
const { failRehearsal } = proxyActivities<RehearsalActivities>({
  taskQueue: 'rehearsal',
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Rehearses what has been written down. What cannot be brought to its end is marked so, with the reason. */
export async function rehearsePolicy(rehearsalId: string): Promise<void> {
  try {
    const parts = await rehearsal.beginRehearsal(rehearsalId);
    if (parts === null) return;
    const all = Array.from({ length: parts }, (_, part) => rehearsal.rehearsePart({ rehearsalId, part, parts }));
    if ((await Promise.all(all)).every((done) => done)) await rehearsal.finishRehearsal(rehearsalId);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const problem = rootCause(error) ?? 'the rehearsal failed for an unknown reason';
    await failRehearsal({ rehearsalId, problem });
    throw ApplicationFailure.nonRetryable(problem, 'RehearsalFailed');
  }
}
