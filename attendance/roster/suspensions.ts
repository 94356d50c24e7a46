import { inOrder, type Transaction } from '../../store/database.ts';
import { ignoreRepeats, requireDates, requireFields, requireSchool } from '../checks.ts';
import { coverageValues } from '../coverage-values.ts';
import { covered, mayRetract, recordedBy, type Retracted, type RosterDelivery } from './delivery.ts';
import { identifyStudents } from './identity.ts';

/**
 * Suspensions. Out of school (OSS), a day counts as absent on the absence clock and is never unexcused; in school (ISS), it counts as
 * attended. A row with the student and first day of one on record supersedes it; inside a complete coverage one that the file leaves
 * out is taken back.
 * @returns students whose suspensions changed, and what was taken back
 */
export async function mergeSuspensions(trx: Transaction, delivery: RosterDelivery): Promise<{ students: string[]; retracted: Retracted }> {
  const table = 'staged_suspension';
  await identifyStudents(trx, table, { unknown: 'reject' });
  await requireFields(trx, table, ['school', 'first_day', 'last_day', 'suspension']);
  await requireDates(trx, table, ['first_day', 'last_day']);
  await requireSchool(trx, table);
  await trx.raw(`
    UPDATE ${table} SET reason = 'unknown-suspension', a = suspension WHERE reason IS NULL AND suspension NOT IN ('OSS', 'ISS');
    UPDATE ${table} SET reason = 'last-before-first', a = last_day, b = first_day WHERE reason IS NULL AND last_day::date < first_day::date`);
  await ignoreRepeats(trx, table, 'student_id, first_day');
  await trx.raw(`
    UPDATE ${table} s SET reason = 'unchanged' FROM suspension k
    WHERE s.reason IS NULL AND k.superseded_by IS NULL AND k.student_id = s.student_id AND k.first_day = s.first_day::date
      AND (k.school_id, k.last_day, k.kind, k.cause) IS NOT DISTINCT FROM (s.school, s.last_day::date, s.suspension, coalesce(s.cause, k.cause))`);
  const retracted = delivery.coverage.complete ? await takeBack(trx, table, delivery) : { rows: 0, held: false, students: [] };
  await inOrder(
    trx,
    `DROP TABLE IF EXISTS fresh_suspension;
     CREATE TEMP TABLE fresh_suspension ON COMMIT DROP AS
       SELECT uuidv7() AS id, s.*, k.suspension_id AS old FROM ${table} s
       LEFT JOIN suspension k ON k.student_id = s.student_id AND k.first_day = s.first_day::date AND k.superseded_by IS NULL
       WHERE s.reason IS NULL;
     UPDATE suspension k SET superseded_by = f.id FROM fresh_suspension f WHERE k.suspension_id = f.old;
     INSERT INTO suspension (suspension_id, student_id, school_id, first_day, last_day, kind, cause, delivery_id, file, line, recorded_by)
     SELECT id, student_id, school, first_day::date, last_day::date, suspension, cause, CAST(:delivery AS uuid), file, line, :by FROM fresh_suspension`,
    { delivery: delivery.deliveryId, by: recordedBy(delivery) },
  );
  const { rows } = await trx.raw<{ rows: { student_id: string }[] }>(`SELECT DISTINCT student_id FROM fresh_suspension`);
  const { students, ...counted } = retracted;
  return { students: [...new Set([...rows.map((row) => row.student_id), ...students])], retracted: counted };
}

async function takeBack(trx: Transaction, table: string, delivery: RosterDelivery): Promise<Retracted & { students: string[] }> {
  const standing = `k.superseded_by IS NULL AND k.recorded_by LIKE 'delivery:%' AND ${covered('k.school_id')}
    AND k.first_day BETWEEN CAST(:from AS date) AND CAST(:to AS date)`;
  const missing = `${standing} AND NOT EXISTS (
    SELECT FROM ${table} s WHERE s.student_id = k.student_id AND s.first_day = k.first_day::text)`;
  const values = coverageValues(delivery);
  const { rows } = await trx.raw<{ rows: { missing: number; known: number }[] }>(
    `SELECT (SELECT count(*) FROM suspension k WHERE ${missing}) AS missing, (SELECT count(*) FROM suspension k WHERE ${standing}) AS known`,
    values,
  );
  const found = rows[0]!;
  if (found.missing === 0) return { rows: 0, held: false, students: [] };
  if (!(await mayRetract(trx, table, found.missing, found.known))) return { rows: 0, held: true, students: [] };
  const gone = await trx.raw<{ rows: { student_id: string }[] }>(
    `UPDATE suspension k SET superseded_by = k.suspension_id WHERE ${missing} RETURNING k.student_id`,
    values,
  );
  return { rows: found.missing, held: false, students: gone.rows.map((row) => row.student_id) };
}

/**
 * Places the school days of all suspensions that stand: instructional days of the school on which the student was enrolled. A student
 * whose record was merged into another's has them there, too, when the union is told.
 */
export async function placeSuspensions(trx: Transaction): Promise<void> {
  await trx.raw(`
    DROP TABLE IF EXISTS placed_day;
    CREATE TEMP TABLE placed_day ON COMMIT DROP AS
      SELECT DISTINCT ON (s.student_id, c.date) s.student_id, c.date, s.school_id, s.kind, s.suspension_id
      FROM suspension s JOIN calendar_day c ON c.school_id = s.school_id AND c.instructional AND c.date BETWEEN s.first_day AND s.last_day
      WHERE s.superseded_by IS NULL
        AND EXISTS (SELECT FROM enrollment e WHERE e.student_id = s.student_id AND c.date BETWEEN e.entry_date AND coalesce(e.exit_date, c.date))
      ORDER BY s.student_id, c.date, s.kind DESC, s.suspension_id;
    DELETE FROM suspended_day d WHERE NOT EXISTS (SELECT FROM placed_day p WHERE p.student_id = d.student_id AND p.date = d.date);
    INSERT INTO suspended_day AS d (student_id, date, school_id, kind, suspension_id) SELECT * FROM placed_day
    ON CONFLICT (student_id, date) DO UPDATE SET school_id = excluded.school_id, kind = excluded.kind, suspension_id = excluded.suspension_id
      WHERE (d.school_id, d.kind, d.suspension_id) IS DISTINCT FROM (excluded.school_id, excluded.kind, excluded.suspension_id)`);
}
