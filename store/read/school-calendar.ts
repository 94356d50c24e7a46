import type { Database } from '../database.ts';

export interface CalendarDayRow {
  date: string;
  event: string;
  instructional: boolean;
  session: string | null;
  /** Running number of the instructional days; on other days, that of the last one before. */
  schoolDay: number | null;
}

/** A school's calendar, or that of one of its tracks ('' is the school's own), from one day to another, both included. */
export async function readSchoolCalendar(
  db: Database,
  input: { schoolId: string; track: string; from: string; to: string },
): Promise<CalendarDayRow[]> {
  return db('calendar_of')
    .where({ school_id: input.schoolId, track: input.track })
    .whereBetween('date', [input.from, input.to])
    .orderBy('date')
    .select<CalendarDayRow[]>('date', 'event', 'instructional', 'session', 'school_day AS schoolDay');
}

/** The tracks of a school that have a calendar of their own. */
export async function tracksOf(db: Database, schoolId: string): Promise<string[]> {
  return db('track_day').where({ school_id: schoolId }).distinct('track').orderBy('track').pluck<string[]>('track');
}
