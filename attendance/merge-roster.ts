import type { Transaction } from '../store/database.ts';
import { ignoreRepeats, requireDates, requireFields, requireSchool } from './checks.ts';

/** Schools, calendars and students: checks and upserts, one set-based statement after the other. */

export async function mergeSchools(trx: Transaction): Promise<void> {
  await requireFields(trx, 'staged_school', ['school', 'name']);
  await ignoreRepeats(trx, 'staged_school', 'school');
  await trx.raw(`
    UPDATE staged_school s SET reason = 'unchanged' FROM school k WHERE s.reason IS NULL AND k.school_id = s.school AND k.name = s.name;
    INSERT INTO school (school_id, name) SELECT school, name FROM staged_school WHERE reason IS NULL
    ON CONFLICT (school_id) DO UPDATE SET name = excluded.name`);
}

/** @returns schools whose calendar changed: their school days are counted anew, and windows and denominators with them */
export async function mergeCalendar(trx: Transaction): Promise<string[]> {
  await requireFields(trx, 'staged_calendar', ['school', 'date', 'event']);
  await requireDates(trx, 'staged_calendar', ['date']);
  await requireSchool(trx, 'staged_calendar');
  await trx.raw(`UPDATE staged_calendar SET reason = 'unknown-event', a = event WHERE reason IS NULL AND instructional IS NULL`);
  await ignoreRepeats(trx, 'staged_calendar', 'school, date');
  await trx.raw(`
    UPDATE staged_calendar s SET reason = 'unchanged' FROM calendar_day c
    WHERE s.reason IS NULL AND c.school_id = s.school AND c.date = s.date::date
      AND c.event = s.event AND c.instructional = s.instructional::boolean AND c.session IS NOT DISTINCT FROM s.session`);
  const { rows } = await trx.raw<{ rows: { school_id: string }[] }>(`
    WITH merged AS (
      INSERT INTO calendar_day (school_id, date, event, instructional, session)
      SELECT school, date::date, event, instructional::boolean, session FROM staged_calendar WHERE reason IS NULL
      ON CONFLICT (school_id, date) DO UPDATE
        SET event = excluded.event, instructional = excluded.instructional, session = excluded.session
      RETURNING school_id)
    SELECT DISTINCT school_id FROM merged ORDER BY school_id`);
  const schools = rows.map((row) => row.school_id);
  await trx.raw(
    `UPDATE calendar_day c SET school_day = n.school_day
     FROM (SELECT school_id, date, count(*) FILTER (WHERE instructional) OVER (PARTITION BY school_id ORDER BY date) AS school_day
           FROM calendar_day WHERE school_id = ANY(:schools)) AS n
     WHERE n.school_id = c.school_id AND n.date = c.date AND c.school_day IS DISTINCT FROM n.school_day`,
    { schools },
  );
  return schools;
}

/**
 * Students and their enrollments. A row with another school, or with an entry after an exit, and a later entry date is a move: the
 * enrollment before it is closed on the day before. Everything else corrects the latest enrollment.
 * @returns students whose row changed
 */
export async function mergeStudents(trx: Transaction, deliveryId: string): Promise<string[]> {
  const table = 'staged_student';
  await requireFields(trx, table, ['student', 'first_name', 'last_name', 'birthdate', 'school', 'entry_date']);
  await requireDates(trx, table, ['birthdate', 'entry_date', 'exit_date']);
  await requireSchool(trx, table);
  await ignoreRepeats(trx, table, 'student');
  await trx.raw(`
    UPDATE ${table} SET reason = 'exit-before-entry', a = exit_date, b = entry_date
    WHERE reason IS NULL AND exit_date::date < entry_date::date;
    UPDATE ${table} s SET reason = 'unchanged' FROM student k
    WHERE s.reason IS NULL AND k.local_id = s.student
      AND (k.first_name, k.middle_name, k.last_name, k.birthdate, k.grade, k.school_id, k.entry_date, k.exit_date)
        IS NOT DISTINCT FROM (s.first_name, s.middle_name, s.last_name, s.birthdate::date, s.grade, s.school, s.entry_date::date, s.exit_date::date);
    DROP TABLE IF EXISTS staged_move;
    CREATE TEMP TABLE staged_move ON COMMIT DROP AS
      SELECT s.file, s.line, k.student_id, s.school, s.entry_date::date AS entry_date, s.exit_date::date AS exit_date,
        last.entry_date AS last_entry,
        s.entry_date::date > last.entry_date AND (s.school <> last.school_id OR coalesce(last.exit_date < s.entry_date::date, false)) AS moved
      FROM ${table} s
      JOIN student k ON k.local_id = s.student
      JOIN LATERAL (SELECT * FROM enrollment e WHERE e.student_id = k.student_id ORDER BY e.entry_date DESC LIMIT 1) AS last ON true
      WHERE s.reason IS NULL;
    WITH overlapping AS (
      DELETE FROM staged_move m USING enrollment e
      WHERE NOT m.moved AND e.student_id = m.student_id AND e.entry_date < m.last_entry AND m.entry_date <= coalesce(e.exit_date, m.entry_date)
      RETURNING m.file, m.line)
    UPDATE ${table} s SET reason = 'enrollment-overlaps', a = s.entry_date FROM overlapping o WHERE s.file = o.file AND s.line = o.line;`);
  const { rows } = await trx.raw<{ rows: { student_id: string }[] }>(
    `INSERT INTO student (local_id, first_name, middle_name, last_name, birthdate, grade, school_id, entry_date, exit_date, delivery_id)
     SELECT student, first_name, middle_name, last_name, birthdate::date, grade, school, entry_date::date, exit_date::date, CAST(:delivery AS uuid)
     FROM ${table} WHERE reason IS NULL
     ON CONFLICT (local_id) DO UPDATE SET first_name = excluded.first_name, middle_name = excluded.middle_name,
       last_name = excluded.last_name, birthdate = excluded.birthdate, grade = excluded.grade, school_id = excluded.school_id,
       entry_date = excluded.entry_date, exit_date = excluded.exit_date, delivery_id = excluded.delivery_id
     RETURNING student_id`,
    { delivery: deliveryId },
  );
  await trx.raw(`
    UPDATE enrollment e SET exit_date = least(coalesce(e.exit_date, m.entry_date - 1), m.entry_date - 1)
    FROM staged_move m WHERE m.moved AND e.student_id = m.student_id AND e.entry_date = m.last_entry;
    UPDATE enrollment e SET entry_date = m.entry_date, school_id = m.school, exit_date = m.exit_date
    FROM staged_move m WHERE NOT m.moved AND e.student_id = m.student_id AND e.entry_date = m.last_entry;
    INSERT INTO enrollment (student_id, entry_date, school_id, exit_date)
    SELECT student_id, entry_date, school, exit_date FROM staged_move WHERE moved
    UNION ALL
    SELECT k.student_id, k.entry_date, k.school_id, k.exit_date FROM ${table} s JOIN student k ON k.local_id = s.student
    WHERE s.reason IS NULL AND NOT EXISTS (SELECT FROM enrollment e WHERE e.student_id = k.student_id);`);
  return rows.map((row) => row.student_id);
}
