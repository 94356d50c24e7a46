import type { Transaction } from '../../store/database.ts';
import type { Day } from '../school-year.ts';

/**
 * Writes beside each standing whether the student has left the district: the last stay ended before the day and no other began. The
 * case is told, so that no work is opened for a student who is somewhere else now. Reads the temporary table `target`.
 * @returns standings that changed
 */
export async function noteDepartures(trx: Transaction, day: Day): Promise<number> {
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(
    `WITH present AS (
       SELECT k.student_id, CASE WHEN k.exit_date < CAST(:day AS date) THEN jsonb_build_object('on', k.exit_date, 'reason', e.exit_reason) END AS departed
       FROM target t JOIN student k USING (student_id) LEFT JOIN enrollment e ON e.student_id = k.student_id AND e.entry_date = k.entry_date
     ), noted AS (
       UPDATE standing s SET departed = p.departed, version = s.version + 1
       FROM present p WHERE p.student_id = s.student_id AND s.departed IS DISTINCT FROM p.departed
       RETURNING s.case_id, s.version
     ), told AS (
       INSERT INTO outbox (case_id, standing_version)
       SELECT n.case_id, n.version FROM noted n JOIN attendance_case USING (case_id) ORDER BY n.case_id
       ON CONFLICT (case_id) DO UPDATE SET standing_version = excluded.standing_version, next_try_at = now(), tries = 0)
     SELECT count(*) AS n FROM noted`,
    { day },
  );
  return rows[0]!.n;
}
