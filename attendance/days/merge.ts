import type { Transaction } from '../../store/database.ts';

/** SQL: what the ledger keeps of a day record. */
export const ledger = (row: string): string =>
  `jsonb_build_object('status', ${row}.status, 'excuse', ${row}.excuse, 'absent', ${row}.absent, 'truancy', ${row}.truancy,
    'code', ${row}.code_raw, 'minutes', ${row}.minutes, 'portion', ${row}.portion, 'suspension', ${row}.suspension,
    'independentStudy', ${row}.independent_study, 'mode', ${row}.mode, 'basis', ${row}.basis,
    'school', ${row}.school_id, 'delivery', ${row}.delivery_id, 'file', ${row}.file, 'line', ${row}.line)`;

const COLUMNS = [
  'school_id',
  'status',
  'excuse',
  'code_set',
  'code_raw',
  'minutes',
  'delivery_id',
  'file',
  'line',
  'absent',
  'truancy',
  'portion',
  'suspension',
  'independent_study',
  'mode',
  'basis',
  'derivation',
];

/** Temporary table `changed_day`: the students whose days a delivery changed, and how: 'added', 'changed' or 'withdrawn'. */
export async function beginChanges(trx: Transaction): Promise<void> {
  await trx.raw(`DROP TABLE IF EXISTS changed_day; CREATE TEMP TABLE changed_day (student_id uuid, how text) ON COMMIT DROP`);
}

/**
 * Writes the judged rows without a reason into the day records. Every change of a day that was on record, or that was assumed present
 * because its school had already been heard of, goes to the ledger of corrections with its old and new value. A row that only says
 * "present" is not stored: it takes back what the record said.
 * @param cause who sent the rows; of a person's command its id, too, and what the ledger calls it instead of "changed" or "late"
 */
export async function writeDays(trx: Transaction, cause: { by: string; command?: { id: string; reason: string } }): Promise<void> {
  const values = { by: cause.by, change: cause.command?.id ?? null, reason: cause.command?.reason ?? null };
  await trx.raw(
    `INSERT INTO attendance_correction (student_id, date, old, new, delivery_id, recorded_by, change_id, reason)
     SELECT j.student_id, j.day, ${ledger('d')}, ${ledger('j')}, j.delivery_id, :by, CAST(:change AS uuid), coalesce(:reason, 'changed')
     FROM judged_day j JOIN attendance_day d ON d.student_id = j.student_id AND d.date = j.day
     WHERE j.reason IS NULL AND NOT j.part AND j.on_record
     UNION ALL
     SELECT j.student_id, j.day, NULL, ${ledger('j')}, j.delivery_id, :by, CAST(:change AS uuid), coalesce(:reason, 'late')
     FROM judged_day j JOIN covered_day c ON c.school_id = j.school_id AND c.date = j.day
     WHERE j.reason IS NULL AND NOT j.part AND NOT j.on_record AND NOT j.plain`,
    values,
  );
  await trx.raw(`
    WITH gone AS (
      DELETE FROM attendance_day d USING judged_day j
      WHERE j.reason IS NULL AND NOT j.part AND j.plain AND j.on_record AND d.student_id = j.student_id AND d.date = j.day RETURNING d.student_id)
    INSERT INTO changed_day SELECT student_id, 'changed' FROM gone`);
  await trx.raw(`
    WITH told AS (
      UPDATE attendance_day d SET ${COLUMNS.map((name) => `${name} = j.${name}`).join(', ')}
      FROM judged_day j
      WHERE j.reason IS NULL AND NOT j.part AND NOT j.plain AND j.on_record AND d.student_id = j.student_id AND d.date = j.day RETURNING d.student_id)
    INSERT INTO changed_day SELECT student_id, 'changed' FROM told`);
  // In the order of the students, so that whoever reads a student's days finds them together.
  await trx.raw(`
    WITH told AS (
      INSERT INTO attendance_day (student_id, date, ${COLUMNS.join(', ')})
      SELECT student_id, day, ${COLUMNS.join(', ')} FROM judged_day WHERE reason IS NULL AND NOT part AND NOT plain AND NOT on_record
      ORDER BY student_id, day RETURNING student_id)
    INSERT INTO changed_day SELECT student_id, 'added' FROM told`);
}
