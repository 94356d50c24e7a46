import { inOrder, type Transaction } from '../../store/database.ts';
import { ignoreRepeats, requireDates, requireFields, requireSchool } from '../checks.ts';
import { requireTruth } from './checks.ts';
import { coverageValues } from '../coverage-values.ts';
import { covered, mayRetract, type Retracted, type RosterDelivery } from './delivery.ts';
import { identifyStudents } from './identity.ts';

/** Sections (classes and homerooms) with their teachers. Another teacher begins with the day on which the file says so. */
export async function mergeSections(trx: Transaction, delivery: RosterDelivery): Promise<void> {
  const table = 'staged_section';
  await requireFields(trx, table, ['school', 'section']);
  await requireSchool(trx, table);
  await requireTruth(trx, table, ['homeroom']);
  await ignoreRepeats(trx, table, 'school, section');
  await inOrder(
    trx,
    `UPDATE ${table} s SET reason = 'unchanged' FROM section k LEFT JOIN section_teacher t
       ON t.school_id = k.school_id AND t.section_id = k.section_id AND t.until IS NULL
     WHERE s.reason IS NULL AND k.school_id = s.school AND k.section_id = s.section
       AND (k.course, k.period, k.homeroom, t.teacher, t.teacher_email) IS NOT DISTINCT FROM
         (s.course, s.period, coalesce(s.homeroom::boolean, k.homeroom), s.teacher, s.teacher_email);
     INSERT INTO section AS k (school_id, section_id, course, period, homeroom)
     SELECT school, section, course, period, coalesce(homeroom::boolean, false) FROM ${table} WHERE reason IS NULL
     ON CONFLICT (school_id, section_id) DO UPDATE SET course = excluded.course, period = excluded.period, homeroom = excluded.homeroom;
     DROP TABLE IF EXISTS new_teacher;
     CREATE TEMP TABLE new_teacher ON COMMIT DROP AS
       SELECT s.school, s.section, s.teacher, s.teacher_email FROM ${table} s
       LEFT JOIN section_teacher t ON t.school_id = s.school AND t.section_id = s.section AND t.until IS NULL
       WHERE s.reason IS NULL AND (t.teacher, t.teacher_email) IS DISTINCT FROM (s.teacher, s.teacher_email);
     DELETE FROM section_teacher t USING new_teacher n
     WHERE t.school_id = n.school AND t.section_id = n.section AND t.until IS NULL AND t.since >= CAST(:today AS date);
     UPDATE section_teacher t SET until = CAST(:today AS date) - 1 FROM new_teacher n
     WHERE t.school_id = n.school AND t.section_id = n.section AND t.until IS NULL;
     INSERT INTO section_teacher (school_id, section_id, since, teacher, teacher_email)
     SELECT school, section, CAST(:today AS date), teacher, teacher_email FROM new_teacher WHERE teacher IS NOT NULL`,
    { today: delivery.today },
  );
}

/**
 * Who sits in which section, from when until when. A row without a first day continues what is on record, or begins with the day on
 * which it came. Inside a complete coverage, what the file leaves out ended on the day before.
 */
export async function mergeSectionEnrollments(trx: Transaction, delivery: RosterDelivery): Promise<Retracted> {
  const table = 'staged_section_enrollment';
  await identifyStudents(trx, table, { unknown: 'reject' });
  await requireFields(trx, table, ['school', 'section']);
  await requireDates(trx, table, ['since', 'until']);
  await requireSchool(trx, table);
  await inOrder(
    trx,
    `UPDATE ${table} s SET reason = 'unknown-section', a = s.section, b = s.school
     WHERE reason IS NULL AND NOT EXISTS (SELECT FROM section k WHERE k.school_id = s.school AND k.section_id = s.section);
     UPDATE ${table} SET reason = 'last-before-first', a = until, b = since WHERE reason IS NULL AND until::date < since::date;
     UPDATE ${table} s SET since = coalesce(
       (SELECT max(e.since)::text FROM section_enrollment e
        WHERE e.student_id = s.student_id AND e.school_id = s.school AND e.section_id = s.section AND e.until IS NULL),
       CAST(:today AS text))
     WHERE reason IS NULL AND since IS NULL`,
    { today: delivery.today },
  );
  await ignoreRepeats(trx, table, 'student_id, school, section, since');
  await trx.raw(`
    UPDATE ${table} s SET reason = 'unchanged' FROM section_enrollment e
    WHERE s.reason IS NULL AND e.student_id = s.student_id AND e.school_id = s.school AND e.section_id = s.section
      AND e.since = s.since::date AND e.until IS NOT DISTINCT FROM s.until::date;
    INSERT INTO section_enrollment (student_id, school_id, section_id, since, until)
    SELECT student_id, school, section, since::date, until::date FROM ${table} WHERE reason IS NULL
    ON CONFLICT (student_id, school_id, section_id, since) DO UPDATE SET until = excluded.until`);
  return delivery.coverage.complete ? endLeftOut(trx, table, delivery) : { rows: 0, held: false };
}

async function endLeftOut(trx: Transaction, table: string, delivery: RosterDelivery): Promise<Retracted> {
  const open = `e.until IS NULL AND ${covered('e.school_id')} AND e.since <= CAST(:to AS date)`;
  const missing = `${open} AND NOT EXISTS (
    SELECT FROM ${table} s WHERE s.student_id = e.student_id AND s.school = e.school_id AND s.section = e.section_id)`;
  const values = coverageValues(delivery);
  const { rows } = await trx.raw<{ rows: { missing: number; known: number }[] }>(
    `SELECT (SELECT count(*) FROM section_enrollment e WHERE ${missing}) AS missing, (SELECT count(*) FROM section_enrollment e WHERE ${open}) AS known`,
    values,
  );
  const found = rows[0]!;
  if (found.missing === 0) return { rows: 0, held: false };
  if (!(await mayRetract(trx, table, found.missing, found.known))) return { rows: 0, held: true };
  await trx.raw(`UPDATE section_enrollment e SET until = greatest(e.since, CAST(:today AS date) - 1) WHERE ${missing}`, values);
  return { rows: found.missing, held: false };
}
