import { inOrder, type Transaction } from '../../store/database.ts';
import { ignoreRepeats, requireDates, requireFields, requireSchool } from '../checks.ts';
import { identifyStudents, keepIdentifiers } from './identity.ts';
import { recordedBy, type RosterDelivery } from './delivery.ts';
import { beginStays, settleStays } from './stays.ts';

const TABLE = 'staged_student';

/**
 * Students, their numbers and the stay that their row tells of. A row with another school, or with an entry after an exit, and a later
 * entry date is a move: the stay before it ends on the day before. Everything else corrects the latest stay. Where the delivery has
 * enrollment rows of a student, those say the stays and this row does not. What a row leaves empty stays as it is on record.
 * @returns students whose record or stays changed
 */
export async function mergeStudents(trx: Transaction, delivery: RosterDelivery): Promise<string[]> {
  await fillFromOtherFiles(trx);
  await identifyStudents(trx, TABLE, { unknown: 'leave' });
  await requireFields(trx, TABLE, ['first_name', 'last_name']);
  for (const column of ['birthdate', 'school', 'entry_date']) {
    await trx.raw(`UPDATE ${TABLE} SET reason = 'missing-field', a = ? WHERE reason IS NULL AND student_id IS NULL AND ${column} IS NULL`, [
      column.replaceAll('_', ' '),
    ]);
  }
  await requireDates(trx, TABLE, ['birthdate', 'entry_date', 'exit_date']);
  await trx.raw(`UPDATE ${TABLE} SET entry_date = NULL, exit_date = NULL WHERE reason IS NULL AND (school IS NULL OR entry_date IS NULL)`);
  await requireSchool(trx, TABLE, { orEmpty: true });
  await ignoreRepeats(trx, TABLE, `coalesce(student_id::text, 'local ' || student, 'ssid ' || ssid, 'sis ' || sis_id)`);
  await refuseSharedNumbers(trx);
  await trx.raw(`
    UPDATE ${TABLE} SET reason = 'exit-before-entry', a = exit_date, b = entry_date
    WHERE reason IS NULL AND exit_date::date < entry_date::date`);
  await findMoves(trx);
  await passOverUnchanged(trx);
  const changed = await writeStudents(trx, delivery);
  await keepIdentifiers(trx, TABLE, delivery.today, recordedBy(delivery));
  await writeStays(trx, delivery);
  return changed;
}

/** Some systems keep a birthdate with the demographics, and school and entry with the enrollments: the newest of the delivery is taken. */
async function fillFromOtherFiles(trx: Transaction): Promise<void> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `SELECT FROM ${TABLE} WHERE reason IS NULL AND (birthdate IS NULL OR school IS NULL OR entry_date IS NULL) LIMIT 1`,
  );
  if (rows.length === 0) return;
  for (const number of ['student', 'ssid', 'sis_id']) {
    await trx.raw(`
      UPDATE ${TABLE} s SET birthdate = d.birthdate FROM staged_demographics d
      WHERE s.birthdate IS NULL AND d.reason IS NULL AND d.birthdate IS NOT NULL AND d.${number} = s.${number};
      UPDATE ${TABLE} s SET school = e.school, entry_date = e.entry_date, exit_date = e.exit_date
      FROM (SELECT DISTINCT ON (${number}) * FROM staged_enrollment WHERE reason IS NULL ORDER BY ${number}, entry_date DESC) e
      WHERE s.reason IS NULL AND (s.school IS NULL OR s.entry_date IS NULL) AND e.${number} = s.${number}`);
  }
}

/** Two students of one file cannot have one number. */
async function refuseSharedNumbers(trx: Transaction): Promise<void> {
  for (const column of ['student', 'ssid', 'sis_id']) {
    await trx.raw(`
      UPDATE ${TABLE} s SET reason = 'number-taken', a = s.${column}, b = shared.first_line::text
      FROM (SELECT file, line, first_value(line) OVER w AS first_line, row_number() OVER w AS place
            FROM ${TABLE} WHERE reason IS NULL AND ${column} IS NOT NULL WINDOW w AS (PARTITION BY ${column} ORDER BY file, line)) AS shared
      WHERE shared.place > 1 AND s.file = shared.file AND s.line = shared.line`);
  }
}

/** Temporary table `staged_move`: what each row that tells of a stay does to the stays of a student on record. */
async function findMoves(trx: Transaction): Promise<void> {
  await trx.raw(`
    DROP TABLE IF EXISTS staged_move;
    CREATE TEMP TABLE staged_move ON COMMIT DROP AS
      SELECT s.file, s.line, s.student_id, s.school, s.track, s.program, s.grade, s.entry_date::date AS entry_date, s.exit_date::date AS exit_date,
        s.exit_reason, last.entry_date AS last_entry, last.student_id IS NULL AS first,
        s.entry_date::date > last.entry_date AND (s.school <> last.school_id OR coalesce(last.exit_date < s.entry_date::date, false)) AS moved,
        (last.school_id, last.entry_date, last.exit_said, last.track, last.program, last.grade, last.exit_reason) IS NOT DISTINCT FROM
        (s.school, s.entry_date::date, s.exit_date::date, coalesce(s.track, last.track), coalesce(s.program, last.program),
         coalesce(s.grade, last.grade), coalesce(s.exit_reason, last.exit_reason)) AS unchanged
      FROM ${TABLE} s
      LEFT JOIN LATERAL (
        SELECT * FROM enrollment e WHERE e.student_id = s.student_id
        ORDER BY (e.school_id = s.school AND e.entry_date = s.entry_date::date) DESC, e.entry_date DESC LIMIT 1) AS last ON true
      WHERE s.reason IS NULL AND s.student_id IS NOT NULL AND s.entry_date IS NOT NULL
        AND NOT EXISTS (SELECT FROM staged_enrollment e WHERE e.student = s.student)
        AND NOT EXISTS (SELECT FROM staged_enrollment e WHERE e.ssid = s.ssid)
        AND NOT EXISTS (SELECT FROM staged_enrollment e WHERE e.sis_id = s.sis_id);
    WITH overlapping AS (
      DELETE FROM staged_move m USING enrollment e
      WHERE NOT m.moved AND NOT m.unchanged AND e.student_id = m.student_id AND e.entry_date < m.last_entry
        AND m.entry_date <= coalesce(e.exit_date, m.entry_date)
      RETURNING m.file, m.line)
    UPDATE ${TABLE} s SET reason = 'enrollment-overlaps', a = s.entry_date FROM overlapping o WHERE s.file = o.file AND s.line = o.line`);
}

/** The columns of a student that a row can change; an empty one leaves what is on record. */
const TOLD = ['first_name', 'last_name', 'birthdate', 'grade'] as const;
const told = (column: (typeof TOLD)[number]): string => `coalesce(s.${column}${column === 'birthdate' ? '::date' : ''}, k.${column})`;

async function passOverUnchanged(trx: Transaction): Promise<void> {
  await trx.raw(`
    UPDATE ${TABLE} s SET reason = 'unchanged' FROM student k
    WHERE s.reason IS NULL AND k.student_id = s.student_id
      AND (k.middle_name, ${TOLD.map((column) => `k.${column}`).join(', ')}) IS NOT DISTINCT FROM (s.middle_name, ${TOLD.map(told).join(', ')})
      AND NOT EXISTS (SELECT FROM staged_move m WHERE m.file = s.file AND m.line = s.line AND NOT m.unchanged)
      AND NOT EXISTS (
        SELECT FROM (VALUES ('local', s.student), ('ssid', s.ssid), ('sis', s.sis_id)) AS said(scheme, value)
        WHERE said.value IS NOT NULL AND NOT EXISTS (
          SELECT FROM student_identifier i
          WHERE i.student_id = s.student_id AND i.scheme = said.scheme AND i.value = said.value AND i.until IS NULL))`);
}

/** Writes the students themselves. @returns all that were written */
async function writeStudents(trx: Transaction, { deliveryId }: RosterDelivery): Promise<string[]> {
  await inOrder(
    trx,
    `ALTER TABLE ${TABLE} ADD COLUMN IF NOT EXISTS fresh boolean NOT NULL DEFAULT false;
     UPDATE ${TABLE} SET student_id = uuidv7(), fresh = true WHERE reason IS NULL AND student_id IS NULL;
     UPDATE student k SET middle_name = s.middle_name, ${TOLD.map((column) => `${column} = ${told(column)}`).join(', ')},
       local_id = CASE WHEN k.merged_into IS NULL THEN coalesce(s.student, k.local_id) ELSE k.local_id END, delivery_id = CAST(:delivery AS uuid)
     FROM ${TABLE} s WHERE s.reason IS NULL AND NOT s.fresh AND k.student_id = s.student_id;
     INSERT INTO student (student_id, local_id, first_name, middle_name, last_name, birthdate, grade, school_id, entry_date, exit_date, delivery_id)
     SELECT student_id, coalesce(student, 'SSID ' || ssid, 'key ' || sis_id), first_name, middle_name, last_name, birthdate::date, grade, school,
       entry_date::date, exit_date::date, CAST(:delivery AS uuid)
     FROM ${TABLE} WHERE reason IS NULL AND fresh`,
    { delivery: deliveryId },
  );
  const { rows } = await trx.raw<{ rows: { student_id: string }[] }>(`SELECT student_id FROM ${TABLE} WHERE reason IS NULL`);
  return rows.map((row) => row.student_id);
}

async function writeStays(trx: Transaction, delivery: RosterDelivery): Promise<void> {
  await beginStays(
    trx,
    `SELECT student_id FROM staged_move WHERE NOT unchanged UNION SELECT student_id FROM ${TABLE} WHERE reason IS NULL AND fresh`,
  );
  await inOrder(
    trx,
    `UPDATE enrollment e SET entry_date = m.entry_date, school_id = m.school, exit_said = m.exit_date, track = coalesce(m.track, e.track),
       program = coalesce(m.program, e.program), grade = coalesce(m.grade, e.grade), exit_reason = coalesce(m.exit_reason, e.exit_reason),
       delivery_id = CAST(:delivery AS uuid)
     FROM staged_move m WHERE NOT m.moved AND NOT m.unchanged AND e.student_id = m.student_id AND e.entry_date = m.last_entry;
     INSERT INTO enrollment (student_id, entry_date, school_id, track, program, grade, exit_said, exit_date, exit_reason, delivery_id)
     SELECT student_id, entry_date, school, coalesce(track, ''), program, grade, exit_date, exit_date, exit_reason, CAST(:delivery AS uuid)
     FROM staged_move WHERE moved OR first
     UNION ALL
     SELECT s.student_id, s.entry_date::date, s.school, coalesce(s.track, ''), s.program, s.grade, s.exit_date::date, s.exit_date::date,
       s.exit_reason, CAST(:delivery AS uuid)
     FROM ${TABLE} s WHERE s.reason IS NULL AND s.fresh`,
    { delivery: delivery.deliveryId },
  );
  await settleStays(trx, delivery);
}
