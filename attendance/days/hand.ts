import type { Transaction } from '../../store/database.ts';

/**
 * SQL: what the student information system's own rows say of a day, apart from what this district's codes and policy make of it: so
 * that a code mapped anew is no change of the system's word. Null: they say nothing, or that the student was there.
 */
export const sisWord = (row: string, plain = 'false'): string =>
  `CASE WHEN NOT ${plain} THEN jsonb_build_array(${row}.code_raw, ${row}.minutes, ${row}.portion, ${row}.derivation -> 'periods', ${row}.derivation -> 'dayCode') END`;

/** SQL: do the judged row `j` and the correction `c` say the same of the day? */
const AGREES = `j.status = c.status AND j.absent = c.absent AND (c.status = 'present' OR j.excuse = c.excuse)`;

/**
 * A correction by hand stands until the student information system says something new about the day, or the same. Reads and marks
 * `judged_day`: a row that repeats what the system said when the correction was made is not taken; any other ends the correction.
 */
export async function meetHandCorrections(trx: Transaction): Promise<void> {
  await trx.raw(`
    UPDATE judged_day j SET reason = 'day-corrected-by-hand'
    FROM day_correction c
    WHERE c.ended IS NULL AND c.student_id = j.student_id AND c.date = j.day AND j.reason IS NULL AND NOT j.part AND ${sisWord('j', 'j.plain')} IS NOT DISTINCT FROM c.sis
      AND NOT (${AGREES});
    UPDATE day_correction c SET ended = CASE WHEN ${AGREES} THEN 'agreed' ELSE 'changed' END, ended_at = now()
    FROM judged_day j
    WHERE c.ended IS NULL AND j.student_id = c.student_id AND j.day = c.date AND j.reason IS NULL AND NOT j.part`);
}

/**
 * SQL: a day on record that no delivery need mention: a person entered or cleared it, and the student information system has said
 * nothing of it since.
 */
export const ONLY_BY_HAND = `EXISTS (SELECT FROM day_correction c WHERE c.student_id = d.student_id AND c.date = d.date AND c.ended IS NULL AND c.sis IS NULL)`;

/** Ends the corrections of days that a delivery has withdrawn: the system has taken back what it said. Reads `withdrawn_day`. */
export async function endWithdrawnCorrections(trx: Transaction): Promise<void> {
  await trx.raw(`
    UPDATE day_correction c SET ended = CASE WHEN c.status = 'present' THEN 'agreed' ELSE 'changed' END, ended_at = now()
    FROM withdrawn_day w WHERE c.ended IS NULL AND c.student_id = w.student_id AND c.date = w.date`);
}
