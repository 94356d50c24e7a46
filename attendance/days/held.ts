import type { Transaction } from '../../store/database.ts';
import { coverageValues } from '../coverage-values.ts';
import { COLUMNS } from '../formats/format.ts';
import type { DayDelivery } from './judge.ts';

/**
 * Keeps the rows of a delivery whose code nobody has mapped, whole, and ends the wait of those held before on whose day this delivery
 * says something, or of which a complete delivery says nothing any more. Of two codes for one day the newest word waits.
 */
export async function holdRows(trx: Transaction, delivery: DayDelivery): Promise<void> {
  const values = coverageValues(delivery);
  await trx.raw(`
    UPDATE held_row h SET settled = 'superseded', settled_at = now() FROM judged_day j
    WHERE h.settled IS NULL AND j.student_id = h.student_id AND j.day = h.date AND NOT j.derived
      AND coalesce(h.canonical ->> 'period', h.canonical ->> 'section', '') = coalesce(j.period, '')
      AND (j.reason IS NULL OR j.reason IN ('unknown-code', 'unchanged', 'duplicate-day'))`);
  await trx.raw(
    `UPDATE held_row h SET settled = 'withdrawn', settled_at = now()
     WHERE h.settled IS NULL AND :complete
       AND h.date BETWEEN CAST(:from AS date) AND CAST(:to AS date) AND (:all OR h.school_id = ANY(:schools))
       AND NOT EXISTS (SELECT FROM judged_day j WHERE j.student_id = h.student_id AND j.day = h.date
         AND coalesce(h.canonical ->> 'period', h.canonical ->> 'section', '') = coalesce(j.period, '') AND NOT j.derived)
       -- A row that could not be read may have been this one.
       AND NOT EXISTS (SELECT FROM judged_day j WHERE j.day IS NULL)`,
    values,
  );
  await trx.raw(
    `INSERT INTO held_row (delivery_id, file, line, code_set, code, student_id, date, school_id, canonical, held_on)
     SELECT CAST(:delivery AS uuid), j.file, j.line, j.code_set, u.code, j.student_id, j.day, j.school_id,
       jsonb_strip_nulls(to_jsonb(s) - '{file,line,text,reason,a,b,c}'::text[]), CAST(:today AS date)
     FROM judged_day j JOIN staged_attendance s USING (file, line)
     CROSS JOIN LATERAL (
       SELECT j.code_raw AS code WHERE NOT j.silent UNION SELECT split_part(t.pair, '=', 2) FROM unnest(string_to_array(j.periods, ',')) AS t(pair)) AS u
     WHERE j.reason = 'unknown-code' AND j.code_set IS NOT NULL
       AND NOT EXISTS (SELECT FROM attendance_code k WHERE k.code_set = j.code_set AND k.code = u.code AND k.superseded_by IS NULL)
     ON CONFLICT DO NOTHING`,
    values,
  );
}

/** The held rows of one code, as a source of rows to judge: with the delivery, file and line they came from. */
export const HELD = `(
  SELECT h.file, h.line, h.delivery_id, h.code_set, CAST(NULL AS text) AS reason, r.*
  FROM held_row h CROSS JOIN LATERAL jsonb_to_record(h.canonical) AS r(${COLUMNS.attendance.map((name) => `${name} text`).join(', ')})
  WHERE h.settled IS NULL AND h.code_set = :codeSet AND h.code = :code)`;

/** What a day on record says in the canonical columns of the row that made it, as far as it kept them. */
const KEPT: Partial<Record<(typeof COLUMNS.attendance)[number], string>> = {
  student: 'k.local_id',
  school: 'd.school_id',
  date: 'd.date::text',
  scope: `'day'`,
  code: 'd.code_raw',
  minutes: 'CASE WHEN d.minutes IS DISTINCT FROM CAST(:oldMinutes AS integer) THEN d.minutes::text END',
  portion: 'd.portion::text',
  mode: 'CASE WHEN d.mode IS DISTINCT FROM CAST(:oldMode AS text) THEN d.mode END',
};

/**
 * The days on record that a code made, as a source of rows to judge anew when the code is said to mean something else. Minutes and mode
 * that only the code told (`:oldMinutes`, `:oldMode`) are the code's and not the row's. Days from periods and days corrected by hand are
 * not among them.
 */
export const ON_RECORD = `(
  SELECT d.file, d.line, d.delivery_id, d.code_set, CAST(NULL AS text) AS reason,
    ${COLUMNS.attendance.map((name) => `${KEPT[name] ?? 'CAST(NULL AS text)'} AS ${name}`).join(', ')}
  FROM attendance_day d JOIN student k USING (student_id)
  WHERE d.code_set = :codeSet AND d.code_raw = :code AND d.basis IN ('day', 'minutes'))`;

/** Ends the wait of the held rows of a code. @returns how many rows waited */
export async function releaseHeld(trx: Transaction, code: { codeSet: string; code: string }): Promise<number> {
  return trx('held_row')
    .where({ code_set: code.codeSet, code: code.code })
    .whereNull('settled')
    .update({ settled: 'released', settled_at: trx.fn.now() });
}
