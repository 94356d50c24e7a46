import { randomUUID } from 'node:crypto';
import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import type { AdvanceReport, advanceDistrict, dryRunDelivery, importDelivery, settleMerges } from '../workflows/district-day.ts';
import type { dryRunFeed, pullFeed } from '../workflows/feeds.ts';
import type { rehearsePolicy } from '../workflows/rehearsal.ts';
import { keepFeedSchedule } from './feed-schedule.ts';
import type { AdvanceProgress, DistrictJobs } from './ports.ts';

const ADVANCE = 'district/advance';
const NOTHING_PASSED: AdvanceReport = { planned: 0, passed: [], short: null };

/** The district's long work, as workflows. @param client connected to the district's namespace, with its payload codec */
export function createDistrictJobs(client: Client): DistrictJobs {
  const describe = async (): Promise<WorkflowExecutionDescription | null> => {
    try {
      return await client.workflow.getHandle(ADVANCE).describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  };

  return {
    async importDelivery(deliveryId) {
      try {
        await client.workflow.start<typeof importDelivery>('importDelivery', {
          workflowId: `delivery/${deliveryId}`,
          taskQueue: 'ingest',
          args: [deliveryId],
          // One that failed can be committed again; one that is done is not imported twice.
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        });
      } catch (error) {
        // A repeat: it runs already, or has run.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },

    async dryRunDelivery(deliveryId) {
      // Each dry run is asked for: one that still runs is of files that were there before, and gives way.
      await client.workflow.start<typeof dryRunDelivery>('dryRunDelivery', {
        workflowId: `delivery/${deliveryId}/dry-run`,
        taskQueue: 'ingest',
        args: [deliveryId],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      });
    },

    async rehearsePolicy(rehearsalId) {
      try {
        await client.workflow.start<typeof rehearsePolicy>('rehearsePolicy', {
          workflowId: `rehearsal/${rehearsalId}`,
          taskQueue: 'ingest',
          args: [rehearsalId],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },

    async settleMerges() {
      await client.workflow.start<typeof settleMerges>('settleMerges', {
        workflowId: `merges/${randomUUID()}`,
        taskQueue: 'ingest',
        args: [],
      });
    },

    async pullFeed(input) {
      await keepFeedSchedule(client);
      try {
        await client.workflow.start<typeof pullFeed>('pullFeed', {
          workflowId: `feed/${input.feedId}`,
          taskQueue: 'ingest',
          args: [input],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },

    async dryRunFeed(input) {
      try {
        await client.workflow.start<typeof dryRunFeed>('dryRunFeed', {
          workflowId: `feed/${input.feedId}/dry-run/${input.dryRunId}`,
          taskQueue: 'ingest',
          args: [input],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },

    watchFeeds: () => keepFeedSchedule(client),

    async advance(request, input) {
      const known = await describe();
      if (known?.memo?.['request'] === request) return 'started';
      try {
        await client.workflow.start<typeof advanceDistrict>('advanceDistrict', {
          workflowId: ADVANCE,
          taskQueue: 'ingest',
          args: [input],
          memo: { request },
          workflowIdConflictPolicy: 'FAIL',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        });
        return 'started';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'busy';
        throw error;
      }
    },

    async advanceProgress() {
      const known = await describe().catch(unanswered);
      if (known === 'unanswered') return { state: 'unknown', problem: 'The engine does not answer at the moment.', ...NOTHING_PASSED };
      if (known === null) return { state: 'none', problem: null, ...NOTHING_PASSED };
      const state = STATES[known.status.name] ?? 'failed';
      const problem =
        state === 'failed' ? `The last advance ended as ${known.status.name.toLowerCase()}; days that were passed stay passed.` : null;
      return { state, problem, ...(await report(client)) };
    },

    async reachable() {
      try {
        await client.connection.withDeadline(Date.now() + 1000, () => client.connection.workflowService.getSystemInfo({}));
        return true;
      } catch {
        return false;
      }
    },
  };
}

const STATES: Record<string, AdvanceProgress['state']> = { RUNNING: 'running', CONTINUED_AS_NEW: 'running', COMPLETED: 'done' };

function unanswered(error: unknown): 'unanswered' {
  if (error instanceof ServiceError) return 'unanswered';
  throw error;
}

/** What the advance says of itself; it answers through a worker, so without one there is nothing to tell. */
async function report(client: Client): Promise<AdvanceReport> {
  try {
    return await client.connection.withDeadline(Date.now() + 2000, () =>
      client.workflow.getHandle(ADVANCE).query<AdvanceReport>('advanceReport'),
    );
  } catch (error) {
    if (error instanceof ServiceError || (error as { name?: string }).name === 'QueryNotRegisteredError') return NOTHING_PASSED;
    throw error;
  }
}
