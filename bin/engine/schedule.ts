import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import { keepFeedSchedule } from '../../api/feed-schedule.ts';
import type { turnDay } from '../../workflows/district-day.ts';
import type { Database } from '../../store/database.ts';

/** A live district's day turns a few minutes after midnight, when the last deadline of the day before has passed. */
const TURN_AT = { hour: 0, minute: 10 };
const SCHEDULE = 'district/turn';

/** How often a worker looks whether a district has been set up, as long as there is none. */
const LOOK_MS = 60_000;

/**
 * Keeps the Schedule that turns a live district's day every night (house rule 15); missed nights are made up by the turn itself. A
 * sample's day is turned by advancing its clock, so it has none. As long as no district has been set up, it looks again every minute.
 * @param options.failed hears when looking again failed; the next minute tries anew
 * @throws what the first look throws
 */
export async function watchForDistrict(
  client: Client,
  db: Database,
  options: { failed: (error: unknown) => void; everyMs?: number },
): Promise<{ stop(): Promise<void> }> {
  if (await keepTurnSchedule(client, db)) return { stop: () => Promise.resolve() };
  let looking = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    looking = keepTurnSchedule(client, db)
      .then((found) => {
        if (found) clearInterval(timer);
      }, options.failed)
      .finally(() => (busy = false));
  }, options.everyMs ?? LOOK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return looking;
    },
  };
}

/** @returns false if there is no district yet */
async function keepTurnSchedule(client: Client, db: Database): Promise<boolean> {
  const district = await db('district').first<{ live: boolean; time_zone: string } | undefined>('live', 'time_zone');
  if (!district) return false;
  // Kept by whoever adds a feed; here for an engine that was set up anew.
  if ((await db('feed').whereNot({ state: 'removed' }).first<object | undefined>('feed_id')) !== undefined) await keepFeedSchedule(client);
  if (!district.live) return true;
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
  return true;
}
