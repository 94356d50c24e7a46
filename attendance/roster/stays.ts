import { inOrder, type Transaction } from '../../store/database.ts';
import { ignoreRepeats, requireDates, requireFields, requireSchool } from '../checks.ts';
import { coverageValues } from '../coverage-values.ts';
import { covered, mayRetract, recordedBy, type Retracted, type RosterDelivery } from './delivery.ts';
import { identifyStudents } from './identity.ts';

/**
 * The stays of students: who was enrolled where, when, on which track and in which program. A stay is known by student and entry day.
 * Two stays never overlap: an earlier one ends at the latest on the day before the next begins, whatever order they came in.
 */

/** SQL: the programs that change the path of a case, by the source's own words. */
const PROGRAM_FLAG = `CASE WHEN e.program ~* 'independent|\\mIS\\M' THEN 'independent_study' WHEN e.program ~* 'continuation' THEN 'continuation' END`;

/** Remembers the stays of students as they are, before they change. @param students SQL that selects their ids */
export async function beginStays(trx: Transaction, students: string): Promise<void> {
  await trx.raw(`
    DROP TABLE IF EXISTS stay_student;
    CREATE TEMP TABLE stay_student ON COMMIT DROP AS ${students};
    ANALYZE stay_student;
    DROP TABLE IF EXISTS stay_before;
    CREATE TEMP TABLE stay_before ON COMMIT DROP AS SELECT e.* FROM enrollment e JOIN stay_student USING (student_id)`);
}

/** SQL: what the ledger keeps of a stay. */
const ledger = (row: string): string =>
  `jsonb_build_object('school', ${row}.school_id, 'entry', ${row}.entry_date, 'exit', ${row}.exit_date, 'track', ${row}.track,
    'program', ${row}.program, 'grade', ${row}.grade, 'exitReason', ${row}.exit_reason)`;

/**
 * Brings what follows from the stays up to date for the students of `beginStays`: ends, the ledger of changes, the present school, and
 * the flags that a program makes.
 * @returns students of whom a stay is new, differs or is gone
 */
export async function settleStays(trx: Transaction, delivery: RosterDelivery): Promise<string[]> {
  await trx.raw(`
    UPDATE enrollment e SET exit_date = n.exit_date
    FROM (SELECT e.student_id, e.entry_date,
            least(e.exit_said, lead(e.entry_date) OVER (PARTITION BY e.student_id ORDER BY e.entry_date) - 1) AS exit_date
          FROM enrollment e JOIN stay_student USING (student_id)) AS n
    WHERE e.student_id = n.student_id AND e.entry_date = n.entry_date AND e.exit_date IS DISTINCT FROM n.exit_date`);
  await trx.raw(
    `INSERT INTO enrollment_change (student_id, entry_date, old, new, delivery_id, recorded_by)
     SELECT b.student_id, b.entry_date, ${ledger('b')}, CASE WHEN e.student_id IS NOT NULL THEN ${ledger('e')} END, CAST(:delivery AS uuid), :by
     FROM stay_before b LEFT JOIN enrollment e USING (student_id, entry_date)
     WHERE ${ledger('b')} IS DISTINCT FROM ${ledger('e')}`,
    { delivery: delivery.deliveryId, by: recordedBy(delivery) },
  );
  const { rows } = await trx.raw<{ rows: { student_id: string }[] }>(
    `SELECT DISTINCT student_id FROM stay_student t WHERE EXISTS (
       SELECT FROM (SELECT * FROM stay_before b WHERE b.student_id = t.student_id) b
       FULL JOIN (SELECT * FROM enrollment e WHERE e.student_id = t.student_id) e USING (entry_date)
       WHERE ${ledger('b')} IS DISTINCT FROM ${ledger('e')})`,
  );
  await presentSchools(trx, delivery.today, 'SELECT student_id FROM stay_student');
  await flagPrograms(trx);
  return rows.map((row) => row.student_id);
}

/**
 * Writes beside each student the stay in force on a day: the last that has begun, or the first that is still to begin.
 * @param students SQL that selects their ids
 */
export async function presentSchools(trx: Transaction, day: string, students: string): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { student_id: string }[] }>(
    `UPDATE student k SET school_id = p.school_id, entry_date = p.entry_date, exit_date = p.exit_date, grade = coalesce(p.grade, k.grade)
     FROM (SELECT DISTINCT ON (student_id) * FROM enrollment WHERE student_id IN (${students})
           ORDER BY student_id, entry_date <= CAST(:day AS date) DESC, CASE WHEN entry_date <= CAST(:day AS date) THEN entry_date END DESC, entry_date) AS p
     WHERE k.student_id = p.student_id AND (k.school_id, k.entry_date, k.exit_date, k.grade) IS DISTINCT FROM
       (p.school_id, p.entry_date, p.exit_date, coalesce(p.grade, k.grade))
     RETURNING k.student_id`,
    { day },
  );
  return rows.map((row) => row.student_id);
}

/** A stay in independent study or in a continuation program is a flag for as long as it lasts. */
async function flagPrograms(trx: Transaction): Promise<void> {
  await trx.raw(`
    DROP TABLE IF EXISTS program_flag;
    CREATE TEMP TABLE program_flag ON COMMIT DROP AS
      SELECT e.student_id, ${PROGRAM_FLAG} AS flag, e.entry_date AS since, e.exit_date AS until, e.program AS detail, e.delivery_id
      FROM enrollment e JOIN stay_student USING (student_id) WHERE ${PROGRAM_FLAG} IS NOT NULL;
    DELETE FROM student_flag f USING stay_student t
    WHERE f.student_id = t.student_id AND f.recorded_by = 'enrollment'
      AND NOT EXISTS (SELECT FROM program_flag p WHERE (p.student_id, p.flag, p.since) = (f.student_id, f.flag, f.since));
    INSERT INTO student_flag AS f (student_id, flag, since, until, detail, delivery_id, recorded_by)
    SELECT student_id, flag, since, until, detail, delivery_id, 'enrollment' FROM program_flag
    ON CONFLICT (student_id, flag, since) DO UPDATE SET until = excluded.until, detail = excluded.detail
      WHERE f.recorded_by = 'enrollment' AND (f.until, f.detail) IS DISTINCT FROM (excluded.until, excluded.detail)`);
}

/**
 * Enrollment rows. A row with the student and entry day of a stay on record corrects it; any other is a further stay. Inside a complete
 * coverage a stay that the file leaves out is taken back, except a student's last one.
 * @returns students whose stays changed, and what was taken back
 */
export async function mergeEnrollments(trx: Transaction, delivery: RosterDelivery): Promise<{ students: string[]; retracted: Retracted }> {
  const table = 'staged_enrollment';
  await identifyStudents(trx, table, { unknown: 'reject' });
  await requireFields(trx, table, ['school', 'entry_date']);
  await requireDates(trx, table, ['entry_date', 'exit_date']);
  await requireSchool(trx, table);
  await trx.raw(`
    UPDATE ${table} SET reason = 'exit-before-entry', a = exit_date, b = entry_date WHERE reason IS NULL AND exit_date::date < entry_date::date`);
  await ignoreRepeats(trx, table, 'student_id, entry_date');
  await trx.raw(`
    UPDATE ${table} s SET reason = 'unchanged' FROM enrollment e
    WHERE s.reason IS NULL AND e.student_id = s.student_id AND e.entry_date = s.entry_date::date
      AND (e.school_id, e.exit_said, e.track, e.program, e.grade, e.exit_reason) IS NOT DISTINCT FROM
        (s.school, s.exit_date::date, coalesce(s.track, e.track), coalesce(s.program, e.program), coalesce(s.grade, e.grade),
         coalesce(s.exit_reason, e.exit_reason))`);
  const gone = await leftOut(trx, delivery);
  await beginStays(trx, `SELECT DISTINCT student_id FROM ${table} WHERE reason IS NULL UNION SELECT student_id FROM left_out_stay`);
  await inOrder(
    trx,
    `INSERT INTO enrollment AS e (student_id, entry_date, school_id, track, program, grade, exit_said, exit_date, exit_reason, delivery_id)
     SELECT student_id, entry_date::date, school, coalesce(track, ''), program, grade, exit_date::date, exit_date::date, exit_reason, CAST(:delivery AS uuid)
     FROM ${table} WHERE reason IS NULL
     ON CONFLICT (student_id, entry_date) DO UPDATE SET school_id = excluded.school_id, track = coalesce(nullif(excluded.track, ''), e.track),
       program = coalesce(excluded.program, e.program), grade = coalesce(excluded.grade, e.grade), exit_said = excluded.exit_said,
       exit_date = excluded.exit_date, exit_reason = coalesce(excluded.exit_reason, e.exit_reason), delivery_id = excluded.delivery_id;
     DELETE FROM enrollment e USING left_out_stay l WHERE l.student_id = e.student_id AND l.entry_date = e.entry_date`,
    { delivery: delivery.deliveryId },
  );
  return { students: await settleStays(trx, delivery), retracted: gone };
}

/** Temporary table `left_out_stay`: stays on record, of students whom a complete file names, that it no longer has. */
async function leftOut(trx: Transaction, delivery: RosterDelivery): Promise<Retracted> {
  const table = 'staged_enrollment';
  await inOrder(
    trx,
    `DROP TABLE IF EXISTS left_out_stay;
     CREATE TEMP TABLE left_out_stay ON COMMIT DROP AS
       SELECT e.student_id, e.entry_date FROM enrollment e
       WHERE :complete AND ${covered('e.school_id')}
         AND e.entry_date <= CAST(:to AS date) AND coalesce(e.exit_date, CAST(:from AS date)) >= CAST(:from AS date)
         AND EXISTS (SELECT FROM ${table} s WHERE s.student_id = e.student_id AND (s.reason IS NULL OR s.reason = 'unchanged'))
         AND NOT EXISTS (SELECT FROM ${table} s WHERE s.student_id = e.student_id AND s.entry_date = e.entry_date::text)`,
    { ...coverageValues(delivery), complete: delivery.coverage.complete },
  );
  const { rows } = await trx.raw<{ rows: { missing: number; known: number }[] }>(
    `SELECT (SELECT count(*) FROM left_out_stay) AS missing, (SELECT count(*) FROM enrollment) AS known`,
  );
  const { missing, known } = rows[0]!;
  if (missing === 0) return { rows: 0, held: false };
  if (await mayRetract(trx, table, missing, known)) return { rows: missing, held: false };
  await trx.raw(`TRUNCATE left_out_stay`);
  return { rows: 0, held: true };
}
