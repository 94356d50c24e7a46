import { inOrder, type Transaction } from '../../store/database.ts';
import { ignoreRepeats, requireDates, requireFields } from '../checks.ts';
import { coverageValues } from '../coverage-values.ts';
import { identifyStudents } from '../roster/identity.ts';
import type { DayDelivery } from './judge.ts';

/**
 * Attendance recovery (EC 46211): days made up, a ledger beside the days of absence, which never changes one of them. One record for a
 * student and calendar day; how much of it counts within the caps of a week and a year is reckoned when it is read. Inside a complete
 * coverage a day that the file leaves out is taken back. Whoever has more or less of them now is touched, for the rate may follow them.
 */
export async function mergeRecovery(trx: Transaction, delivery: DayDelivery): Promise<void> {
  const table = 'staged_recovery';
  await identifyStudents(trx, table, { unknown: 'reject' });
  await requireFields(trx, table, ['date']);
  await requireDates(trx, table, ['date']);
  const values = coverageValues(delivery);
  await inOrder(
    trx,
    `UPDATE ${table} s SET reason = 'bad-portion', a = s.portion
     WHERE reason IS NULL AND s.portion IS NOT NULL AND CASE WHEN pg_input_is_valid(s.portion, 'numeric(4, 3)')
       THEN s.portion::numeric(4, 3) <= 0 OR s.portion::numeric(4, 3) > 1 ELSE true END;
     UPDATE ${table} s SET reason = 'after-today', a = s.date, b = :today WHERE reason IS NULL AND s.date::date > CAST(:today AS date);
     UPDATE ${table} s SET reason = 'unknown-school', a = s.school
     WHERE reason IS NULL AND s.school IS NOT NULL AND NOT EXISTS (SELECT FROM school c WHERE c.school_id = s.school)`,
    values,
  );
  await ignoreRepeats(trx, table, 'student_id, date');
  await inOrder(
    trx,
    `UPDATE ${table} s SET reason = 'unchanged' FROM recovery_day r
     WHERE s.reason IS NULL AND r.student_id = s.student_id AND r.date = s.date::date
       AND (r.portion, r.school_id) IS NOT DISTINCT FROM (coalesce(s.portion, '1')::numeric(4, 3), s.school);
     INSERT INTO touched_student SELECT student_id FROM ${table} WHERE reason IS NULL;
     WITH gone AS (DELETE FROM recovery_day r WHERE :complete AND r.date BETWEEN CAST(:from AS date) AND CAST(:to AS date) AND (:all OR r.school_id = ANY(:schools))
       AND NOT EXISTS (SELECT FROM ${table} s WHERE s.student_id = r.student_id AND s.date = r.date::text)
       -- A row that could not be read may have been this one.
       AND NOT EXISTS (SELECT FROM ${table} s WHERE s.student_id IS NULL OR s.date IS NULL) RETURNING r.student_id)
     INSERT INTO touched_student SELECT student_id FROM gone;
     INSERT INTO recovery_day (student_id, date, school_id, portion, delivery_id, file, line)
     SELECT s.student_id, s.date::date, s.school, coalesce(s.portion, '1')::numeric(4, 3), CAST(:delivery AS uuid), s.file, s.line
     FROM ${table} s WHERE s.reason IS NULL
     ON CONFLICT (student_id, date) DO UPDATE SET school_id = excluded.school_id, portion = excluded.portion, delivery_id = excluded.delivery_id,
       file = excluded.file, line = excluded.line`,
    values,
  );
}
