import { Temporal } from 'temporal-polyfill';
import type { DistrictTime } from '../cases/messages.ts';
import type { Database } from './database.ts';

/**
 * The district clock: the only place that answers "what is today?" (house rule 14). District time is wall time plus an offset kept
 * in PostgreSQL; a live district's offset is zero by constraint.
 */

/** @throws if no district has been set up */
export async function districtTime(db: Database): Promise<DistrictTime> {
  const row = await db('district').first<{ time_zone: string; offset_ms: string } | undefined>(
    'time_zone',
    db.raw(`extract(epoch FROM clock_offset) * 1000 AS offset_ms`),
  );
  if (!row) throw new Error('no district has been set up in this database: run `rollbook migrate` and load a district first');
  const offset = Math.round(Number(row.offset_ms));
  return at(Date.now() + offset, offset, row.time_zone);
}

/** SQL: the district's day, for a condition that has to hold in a statement of its own. */
export const DISTRICT_DAY = `(SELECT CAST((now() + d.clock_offset) AT TIME ZONE d.time_zone AS date) FROM district d)`;

/** Whether a district has been set up in this database. */
export async function hasDistrict(db: Database): Promise<boolean> {
  return (await db('district').first<object | undefined>('only')) !== undefined;
}

/** District time at an instant (milliseconds since the epoch) for a given offset and IANA time zone. */
export function at(instant: number, offset: number, timeZone: string): DistrictTime {
  const moment = Temporal.Instant.fromEpochMilliseconds(instant);
  return {
    at: moment.toString({ smallestUnit: 'millisecond' }),
    day: moment.toZonedDateTimeISO(timeZone).toPlainDate().toString(),
    offset,
  };
}

/**
 * Moves the clock of a district that is not live forward to `hour` o'clock of a day, in the district's time zone.
 * @throws if that would turn it back, or the district is live
 */
export async function moveClock(db: Database, day: string, hour: number): Promise<DistrictTime> {
  const now = await districtTime(db);
  const { time_zone: timeZone, live } = await db('district').first<{ time_zone: string; live: boolean }>('time_zone', 'live');
  if (live) throw new Error('the clock of a live district is the wall clock and cannot be moved');
  const target = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: { hour } }).epochMilliseconds;
  const offset = target - Date.now();
  if (Temporal.Instant.compare(Temporal.Instant.fromEpochMilliseconds(target), Temporal.Instant.from(now.at)) < 0) {
    throw new Error(`the clock stands at ${now.at} and does not go back to ${day}`);
  }
  await db('district').update({ clock_offset: db.raw(`? * interval '1 millisecond'`, [offset]) });
  return at(target, offset, timeZone);
}
