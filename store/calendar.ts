import { Temporal } from 'temporal-polyfill';
import type { Day } from '../cases/actions.ts';
import type { Instant } from '../cases/events.ts';
import type { Database, Transaction } from './database.ts';

/** A due date on a school's calendar: the day, and the instant at which that day ends where the district is. Null: the calendar ends before it. */
export interface ResolvedDue {
  on: Day | null;
  at: Instant | null;
}

/**
 * A due date in school days: the n-th instructional day of a school after `from`; zero means the first one that is not before it. Days are
 * those of the student's track there, where it has a calendar of its own; of the school, without a student.
 */
export interface DueInSchoolDays {
  schoolId: string;
  student: string | null;
  from: Day;
  schoolDays: number;
}

/**
 * Resolves due dates in school days on the schools' own calendars (house rule 9), all with one question. Each falls due at the end of
 * its day in the district's time zone.
 * @returns a due date for each that was asked for, in order
 */
export async function resolveDues(db: Database, asked: DueInSchoolDays[]): Promise<ResolvedDue[]> {
  if (asked.length === 0) return [];
  const { rows } = await db.raw<{ rows: { date: Day | null; time_zone: string }[] }>(
    `SELECT ${dueOn('a.student', 'a.school', 'a.since', 'a.days')} AS date, (SELECT time_zone FROM district) AS time_zone
     FROM unnest(CAST(:schools AS text[]), CAST(:students AS uuid[]), CAST(:since AS date[]), CAST(:days AS integer[]))
       WITH ORDINALITY AS a(school, student, since, days, n)
     ORDER BY a.n`,
    {
      schools: asked.map((one) => one.schoolId),
      students: asked.map((one) => one.student),
      since: asked.map((one) => one.from),
      days: asked.map((one) => one.schoolDays),
    },
  );
  return rows.map(({ date, time_zone: timeZone }) => (date === null ? { on: null, at: null } : { on: date, at: endOfDay(date, timeZone) }));
}

/**
 * SQL: the day that `resolveDues` gives, of columns of an outer query.
 * @param student expression of the student's id, which may be null; `school`, `from` and `days` likewise
 */
export function dueOn(student: string, school: string, from: string, days: string): string {
  const among = (calendar: string): string => `SELECT c.date FROM ${calendar} AND c.instructional
    AND (c.date > ${from} OR (c.date = ${from} AND ${days} = 0)) ORDER BY c.date OFFSET greatest(${days} - 1, 0) LIMIT 1`;
  // Where no track of the district has a calendar of its own, nobody's track is looked up.
  const track = `CASE WHEN EXISTS (SELECT FROM track_day) THEN track_on(${student}, ${school}, ${from}) ELSE '' END`;
  return `(SELECT CASE WHEN k.track = '' THEN (${among(`calendar_day c WHERE c.school_id = ${school}`)})
      ELSE (${among(`track_day c WHERE c.school_id = ${school} AND c.track = k.track`)}) END
    FROM (SELECT ${track} AS track) AS k)`;
}

/** SQL: the student of a case. */
const STUDENT_OF_TASK = '(SELECT k.student_id FROM student k WHERE k.case_id = t.case_id)';

/**
 * After a calendar changed: marks the open tasks of the schools whose due day it puts elsewhere, and writes a message for each of their
 * cases. The case moves the due day itself, and says so in its record.
 * @returns how many due days move, on how many cases
 */
export async function wakeForMovedDues(trx: Transaction, schools: readonly string[]): Promise<{ dues: number; cases: number }> {
  if (schools.length === 0) return { dues: 0, cases: 0 };
  const { rows: moved } = await trx.raw<{ rows: { case_id: string }[] }>(
    `UPDATE case_task t SET due_stale = true
     WHERE t.status = 'open' AND t.school_id = ANY(:schools) AND t.due_school_days IS NOT NULL
       AND ${dueOn(STUDENT_OF_TASK, 't.school_id', 't.due_from', 't.due_school_days')} IS DISTINCT FROM t.due_on
     RETURNING t.case_id`,
    { schools },
  );
  const cases = [...new Set(moved.map((row) => row.case_id))];
  await trx.raw(
    `WITH told AS (UPDATE standing SET version = version + 1 WHERE case_id = ANY(CAST(:cases AS uuid[])) RETURNING case_id, version)
     INSERT INTO outbox AS o (case_id, standing_version) SELECT case_id, version FROM told ORDER BY case_id
     ON CONFLICT (case_id) DO UPDATE SET standing_version = excluded.standing_version, next_try_at = now(), tries = 0`,
    { cases },
  );
  return { dues: moved.length, cases: cases.length };
}

/** The last millisecond of a day in a time zone. */
export function endOfDay(day: Day, timeZone: string): Instant {
  return Temporal.PlainDate.from(day)
    .toZonedDateTime({ timeZone, plainTime: '23:59:59.999' })
    .toInstant()
    .toString({ smallestUnit: 'millisecond' });
}
