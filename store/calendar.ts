import { Temporal } from 'temporal-polyfill';
import type { Day } from '../cases/actions.ts';
import type { Instant } from '../cases/events.ts';
import type { Database } from './database.ts';

/** A due date on a school's calendar: the day, and the instant at which that day ends where the district is. Null: the calendar ends before it. */
export interface ResolvedDue {
  on: Day | null;
  at: Instant | null;
}

/**
 * Resolves a due date in school days on the school's own calendar (house rule 9): the n-th instructional day after `from`; zero
 * means the first instructional day that is not before it. It falls due at the end of that day in the district's time zone.
 */
export async function resolveDue(db: Database, input: { schoolId: string; from: Day; schoolDays: number }): Promise<ResolvedDue> {
  const row = await db('calendar_day')
    .where({ school_id: input.schoolId, instructional: true })
    .andWhere('date', input.schoolDays === 0 ? '>=' : '>', input.from)
    .orderBy('date')
    .offset(Math.max(0, input.schoolDays - 1))
    .first<{ date: Day; time_zone: string } | undefined>('date', db('district').select('time_zone').as('time_zone'));
  return row ? { on: row.date, at: endOfDay(row.date, row.time_zone) } : { on: null, at: null };
}

/** The last millisecond of a day in a time zone. */
function endOfDay(day: Day, timeZone: string): Instant {
  return Temporal.PlainDate.from(day)
    .toZonedDateTime({ timeZone, plainTime: '23:59:59.999' })
    .toInstant()
    .toString({ smallestUnit: 'millisecond' });
}
