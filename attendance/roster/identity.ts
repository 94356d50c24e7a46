import { inOrder, type Transaction } from '../../store/database.ts';

/**
 * Who a row is about. A row may name a student by the schools' own number, the state's (SSID) or the source system's key; each stays
 * what it is and is never taken for another (decision 28). Two numbers of one row have to lead to the same student.
 */

/** The schemes and the canonical column in which each stands. */
const SCHEMES = [
  ['local', 'student'],
  ['ssid', 'ssid'],
  ['sis', 'sis_id'],
] as const;

/** SQL: what the row calls the student, for its sentence. */
const NAMED = 'coalesce(s.student, s.ssid, s.sis_id)';

/**
 * Writes `student_id` beside each staged row that names a student on record, and the reason beside each that names none or two.
 * Numbers in use come first; a number that is no longer in use still leads to the student who had it last.
 * @param options.unknown 'reject' rows about students who are not on record, or leave them to the caller, as a new student's row must be
 */
export async function identifyStudents(trx: Transaction, table: string, options: { unknown: 'reject' | 'leave' }): Promise<void> {
  await trx.raw(`
    ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS student_id uuid;
    UPDATE ${table} s SET reason = 'missing-field', a = 'student' WHERE reason IS NULL AND ${NAMED} IS NULL;
    DROP TABLE IF EXISTS named_student;
    CREATE TEMP TABLE named_student ON COMMIT DROP AS
      SELECT s.file, s.line, local.student_id AS local_holder, ssid.student_id AS ssid_holder, sis.student_id AS sis_holder
      FROM ${table} s
      ${SCHEMES.map(
        ([scheme, column]) =>
          `LEFT JOIN student_identifier ${scheme} ON ${scheme}.scheme = '${scheme}' AND ${scheme}.value = s.${column} AND ${scheme}.until IS NULL`,
      ).join('\n      ')}
      WHERE s.reason IS NULL;
    ANALYZE named_student;
    UPDATE ${table} s SET
      student_id = coalesce(n.local_holder, n.ssid_holder, n.sis_holder),
      reason = CASE WHEN n.local_holder <> n.ssid_holder OR n.local_holder <> n.sis_holder OR n.ssid_holder <> n.sis_holder THEN 'two-students' END,
      a = CASE WHEN n.local_holder IS NOT NULL THEN 'number ' || s.student ELSE 'SSID ' || s.ssid END,
      b = CASE WHEN n.local_holder <> n.ssid_holder THEN 'SSID ' || s.ssid ELSE 'system key ' || s.sis_id END
    FROM named_student n WHERE s.file = n.file AND s.line = n.line;
    UPDATE ${table} SET a = NULL, b = NULL WHERE reason IS NULL;
    UPDATE ${table} s SET student_id = (
      SELECT i.student_id FROM student_identifier i
      WHERE (i.scheme, i.value) IN (('local', s.student), ('ssid', s.ssid), ('sis', s.sis_id)) AND i.until IS NOT NULL
      ORDER BY i.until DESC LIMIT 1)
    WHERE s.reason IS NULL AND s.student_id IS NULL;`);
  if (options.unknown === 'leave') return;
  await trx.raw(`
    UPDATE ${table} s SET reason = 'unknown-student', a = ${NAMED} WHERE s.reason IS NULL AND s.student_id IS NULL;
    ${SCHEMES.map(
      ([scheme, column]) => `
    UPDATE ${table} s SET reason = 'other-number', a = ${NAMED}, b = s.${column}, c = i.value
    FROM student_identifier i
    WHERE s.reason IS NULL AND i.student_id = s.student_id AND i.scheme = '${scheme}' AND i.until IS NULL AND s.${column} <> i.value
      AND NOT EXISTS (SELECT FROM student_identifier p WHERE p.student_id = s.student_id AND p.scheme = i.scheme AND p.value = s.${column})`,
    ).join(';')}`);
}

/**
 * SQL for rows at the size of attendance, `row` an alias with the canonical columns: the joins that find who has its numbers now, the
 * student they lead to, and whether they lead to two. A row without a number costs no look-up under its scheme.
 */
export const holders = (row: string): { joins: string; student: string; two: string } => ({
  joins: SCHEMES.map(
    ([scheme, column]) =>
      `LEFT JOIN student_identifier of_${scheme} ON of_${scheme}.scheme = '${scheme}' AND of_${scheme}.value = ${row}.${column} AND of_${scheme}.until IS NULL`,
  ).join('\n      '),
  student: 'coalesce(of_local.student_id, of_ssid.student_id, of_sis.student_id)',
  two: `(of_local.student_id <> of_ssid.student_id OR of_local.student_id <> of_sis.student_id OR of_ssid.student_id <> of_sis.student_id) IS TRUE`,
});

/**
 * Keeps the numbers that accepted student rows say: a new one is added, a changed one ends with the day before and is kept.
 * Reads `student_id` of the staged rows.
 */
export async function keepIdentifiers(trx: Transaction, table: string, today: string, by: string): Promise<void> {
  for (const [scheme, column] of SCHEMES) {
    await inOrder(
      trx,
      `DROP TABLE IF EXISTS new_number;
       CREATE TEMP TABLE new_number ON COMMIT DROP AS
         SELECT DISTINCT ON (s.${column}) s.student_id, s.${column} AS value FROM ${table} s
         WHERE s.reason IS NULL AND s.${column} IS NOT NULL
           AND NOT EXISTS (SELECT FROM student_identifier i
             WHERE i.scheme = '${scheme}' AND i.value = s.${column} AND i.student_id = s.student_id AND i.until IS NULL)
         ORDER BY s.${column}, s.file, s.line;
       UPDATE student_identifier i SET until = greatest(i.since, CAST(:today AS date) - 1) FROM new_number n
       WHERE i.until IS NULL AND i.scheme = '${scheme}' AND i.student_id = n.student_id;
       INSERT INTO student_identifier (student_id, scheme, value, since, recorded_by)
       SELECT student_id, '${scheme}', value, CAST(:today AS date), :by FROM new_number`,
      { today, by },
    );
  }
}
