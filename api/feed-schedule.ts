import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import type { pullDueFeeds } from '../workflows/feeds.ts';

const SCHEDULE = 'district/feeds';
/** How often somebody looks which feeds are due. Their own times are those of the district's clock. */
const EVERY = '5 minutes';

/** Keeps the Schedule that pulls the district's feeds when they are due. A district without feeds has none. */
export async function keepFeedSchedule(client: Client): Promise<void> {
  try {
    await client.schedule.create<typeof pullDueFeeds>({
      scheduleId: SCHEDULE,
      spec: { intervals: [{ every: EVERY }] },
      policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
      action: { type: 'startWorkflow', workflowType: 'pullDueFeeds', workflowId: SCHEDULE, taskQueue: 'ingest', args: [] },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
