import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import type { turnDay } from '../../workflows/district-day.ts';
import type { Database } from '../../store/database.ts';

/** A live district's day turns a few minutes after midnight, when the last deadline of the day before has passed. */
const TURN_AT = { hour: 0, minute: 10 };
const SCHEDULE = 'district/turn';

/**
 * Keeps the Schedule that turns a live district's day every night (house rule 15); missed nights are made up by the turn itself. A
 * sample's day is turned by advancing its clock, so it has none.
 */
export async function keepTurnSchedule(client: Client, db: Database): Promise<void> {
  const district = await db('district').first<{ live: boolean; time_zone: string } | undefined>('live', 'time_zone');
  if (!district?.live) return;
  try {
    await client.schedule.create<typeof turnDay>({
      scheduleId: SCHEDULE,
      spec: { calendars: [TURN_AT], timezone: district.time_zone },
      policies: { overlap: 'SKIP', catchupWindow: '1 day' },
      action: { type: 'startWorkflow', workflowType: 'turnDay', workflowId: SCHEDULE, taskQueue: 'ingest', args: [null] },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
