import type { AttendanceYear } from '../../cases/patterns.ts';
import type { Database } from '../database.ts';

/** More calendar days between two school days than a weekend leaves: a holiday beside it, or a break. */
const USUAL_GAP = 3;

/**
 * The school years so far of students, as patterns are looked for in them: one statement for all. A student without a submitted
 * school day in this school year is left out.
 * @param day the district's day
 */
export async function readAttendanceYears(db: Database, students: string[], day: string): Promise<Map<string, AttendanceYear>> {
  const { rows } = await db.raw<{ rows: ({ student_id: string } & AttendanceYear)[] }>(
    `WITH place AS (
       SELECT e.student_id, e.school_id, greatest(e.entry_date, y.begins) AS since, e.exit_date AS until
       FROM enrollment e
       CROSS JOIN (SELECT make_date(extract(year FROM CAST(:day AS date))::integer - (extract(month FROM CAST(:day AS date)) < 7)::integer, 7, 1) AS begins) AS y
       WHERE e.student_id = ANY(CAST(:students AS uuid[])) AND coalesce(e.exit_date, :day) >= y.begins
     ), school_day AS (
       SELECT p.student_id, c.school_id, c.date,
         c.date - lag(c.date) OVER w AS days_since, lead(c.date) OVER w - c.date AS days_until
       FROM place p
       JOIN calendar_day c ON c.school_id = p.school_id AND c.instructional AND c.date >= p.since AND c.date <= coalesce(p.until, c.date)
       WINDOW w AS (PARTITION BY p.student_id ORDER BY c.date)
     ), known AS (
       SELECT d.student_id, d.date, d.days_since > ${USUAL_GAP} AS after_days_off, a.student_id IS NOT NULL AS absent,
         row_number() OVER (PARTITION BY d.student_id ORDER BY d.date DESC) AS back,
         row_number() OVER (PARTITION BY d.student_id ORDER BY d.date)
           - row_number() OVER (PARTITION BY d.student_id, a.student_id IS NOT NULL ORDER BY d.date) AS island
       FROM school_day d
       JOIN covered_day k USING (school_id, date)
       LEFT JOIN attendance_day a ON a.student_id = d.student_id AND a.date = d.date AND a.absent
       WHERE d.date <= CAST(:day AS date)
     ), weekday AS (
       SELECT student_id, jsonb_agg(jsonb_build_object('weekday', weekday, 'days', days, 'absences', absences) ORDER BY weekday) AS list
       FROM (
         SELECT student_id, extract(isodow FROM date)::integer AS weekday, count(*) AS days, count(*) FILTER (WHERE absent) AS absences
         FROM known GROUP BY student_id, weekday) AS w
       GROUP BY student_id
     ), streak AS (
       SELECT student_id, jsonb_agg(jsonb_build_object('from', first, 'to', last, 'days', days) ORDER BY first) AS list
       FROM (
         SELECT student_id, min(date) AS first, max(date) AS last, count(*) AS days FROM known WHERE absent
         GROUP BY student_id, island HAVING count(*) >= 3) AS s
       GROUP BY student_id
     ), coming AS (
       SELECT student_id, jsonb_agg(jsonb_build_object('day', date, 'daysOffFollow', coalesce(days_until > ${USUAL_GAP}, false)) ORDER BY date) AS list
       FROM school_day WHERE date >= CAST(:day AS date) AND date < CAST(:day AS date) + 120 GROUP BY student_id
     ), total AS (
       SELECT student_id, min(date) AS began, max(date) AS until,
         coalesce(array_agg(date ORDER BY date) FILTER (WHERE absent), '{}') AS absences,
         jsonb_build_object('days', count(*) FILTER (WHERE after_days_off), 'absences', count(*) FILTER (WHERE after_days_off AND absent)) AS "afterDaysOff",
         jsonb_build_object('days', count(*) FILTER (WHERE back <= 20), 'absences', count(*) FILTER (WHERE back <= 20 AND absent)) AS recent,
         jsonb_build_object('days', count(*) FILTER (WHERE back > 20), 'absences', count(*) FILTER (WHERE back > 20 AND absent)) AS before
       FROM known GROUP BY student_id
     )
     SELECT t.*, w.list AS weekdays, coalesce(s.list, '[]') AS streaks, coalesce(c.list, '[]') AS coming
     FROM total t JOIN weekday w USING (student_id) LEFT JOIN streak s USING (student_id) LEFT JOIN coming c USING (student_id)`,
    { students, day },
  );
  return new Map(rows.map(({ student_id, ...year }) => [student_id, year]));
}
