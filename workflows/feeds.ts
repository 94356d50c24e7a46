import { ActivityFailure, ApplicationFailure, ParentClosePolicy, proxyActivities, rootCause, startChild } from '@temporalio/workflow';
import type { DryRunInput, FeedActivities, PullInput } from '../activities/feeds.ts';
import { importDelivery } from './district-day.ts';

/**
 * Feeds that are pulled: what has come is imported as any delivery is, and only then do the feed's cursors move. Everything they call can
 * be repeated, so a worker that dies in between costs time and nothing else.
 */

const retry = { initialInterval: '10 seconds', backoffCoefficient: 3, maximumInterval: '5 minutes', maximumAttempts: 5 } as const;
/** A whole year of a large district is read in hours; the heartbeat tells within seconds that nobody reads any more. */
const { pullFeed: pull, dryRunFeed: tryOut } = proxyActivities<FeedActivities>({
  // A queue of its own: what is read for hours must not keep imports waiting.
  taskQueue: 'feed',
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '30 seconds',
  retry,
});
const quick = { taskQueue: 'ingest', startToCloseTimeout: '1 minute', retry: { initialInterval: '1 second', maximumInterval: '30 seconds' } } as const; // prettier-ignore
const { dueFeeds, finishPull, failPull, failFeedDryRun } = proxyActivities<FeedActivities>(quick);

/** Starts the pull of every feed that is due; one that runs goes on as it is. A Schedule calls it every few minutes. */
export async function pullDueFeeds(): Promise<string[]> {
  const due = await dueFeeds();
  for (const feedId of due) {
    try {
      await startChild(pullFeed, {
        workflowId: `feed/${feedId}`,
        taskQueue: 'ingest',
        args: [{ feedId, kind: null, askedBy: 'schedule' }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
      });
    } catch (error) {
      if ((error as Error).name !== 'WorkflowExecutionAlreadyStartedError') throw error;
    }
  }
  return due;
}

/** Pulls one feed and has what came imported. What stands in the way is told with the feed, and the next attempt begins where this one did. */
export async function pullFeed(input: PullInput): Promise<{ deliveries: number }> {
  try {
    const { pullId, deliveries } = await pull(input);
    for (const deliveryId of deliveries) await take(deliveryId);
    await finishPull(pullId);
    return { deliveries: deliveries.length };
  } catch (error) {
    if (!(error instanceof ActivityFailure) && !(error instanceof ApplicationFailure)) throw error;
    const problem = rootCause(error) ?? 'the pull failed for an unknown reason';
    await failPull({ feedId: input.feedId, problem });
    throw ApplicationFailure.nonRetryable(problem, 'PullFailed');
  }
}

/** Finds out what the next pull of a feed would do. What stands in the way is told with the dry run. */
export async function dryRunFeed(input: DryRunInput): Promise<boolean> {
  try {
    return await tryOut(input);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const problem = rootCause(error) ?? 'the dry run failed for an unknown reason';
    await failFeedDryRun({ ...input, problem });
    throw ApplicationFailure.nonRetryable(problem, 'DryRunFailed');
  }
}

async function take(deliveryId: string): Promise<void> {
  try {
    if ((await importDelivery(deliveryId)) !== null) return;
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    throw ApplicationFailure.nonRetryable(`What was pulled could not be taken in: ${error.message}`, 'ImportFailed');
  }
  throw ApplicationFailure.nonRetryable('Somebody cancelled the delivery of what was pulled.', 'Cancelled');
}
