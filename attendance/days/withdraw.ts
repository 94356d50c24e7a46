import type { Transaction } from '../../store/database.ts';
import type { ReasonCode } from '../reasons.ts';
import type { DayDelivery } from './judge.ts';
import { ledger } from './merge.ts';

/** Reasons of rows that do not say which student and day they are about. */
const UNREADABLE: ReasonCode[] = ['wrong-number-of-fields', 'bad-quoting', 'bad-character', 'missing-field', 'bad-date'];

/**
 * Inside a complete coverage, a day on record that the delivery does not mention is withdrawn. A day that it mentions in a row that
 * was rejected stays as it was; and while some row could not be read at all, none is withdrawn, since that row may have been it.
 * @returns whether unreadable rows kept missing days on record
 */
export async function withdrawDays(trx: Transaction, delivery: DayDelivery): Promise<{ held: boolean }> {
  const { rows: unread } = await trx.raw<{ rows: unknown[] }>(`SELECT FROM judged_day WHERE reason = ANY(:unreadable) LIMIT 1`, {
    unreadable: UNREADABLE,
  });
  const scope = `d.date BETWEEN CAST(:from AS date) AND CAST(:to AS date) AND d.date <= CAST(:today AS date) AND (:all OR d.school_id = ANY(:schools))
    AND NOT EXISTS (SELECT FROM judged_day j WHERE j.student_id = d.student_id AND j.day = d.date)`;
  const values = coverageValues(delivery);
  if (unread.length > 0) {
    const { rows: missing } = await trx.raw<{ rows: unknown[] }>(`SELECT FROM attendance_day d WHERE ${scope} LIMIT 1`, values);
    return { held: missing.length > 0 };
  }
  await trx.raw(
    `WITH gone AS (DELETE FROM attendance_day d WHERE ${scope} RETURNING d.*),
     told AS (
       INSERT INTO attendance_correction (student_id, date, old, new, delivery_id, recorded_by, reason)
       SELECT g.student_id, g.date, ${ledger('g')}, NULL, CAST(:delivery AS uuid), :by, 'withdrawn' FROM gone g)
     INSERT INTO changed_day SELECT student_id, 'withdrawn' FROM gone`,
    values,
  );
  return { held: false };
}

/** Marks the school days of a complete coverage as heard of. @returns the school of each newly covered day */
export async function coverDays(trx: Transaction, delivery: DayDelivery): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { school_id: string }[] }>(
    `INSERT INTO covered_day (school_id, date, delivery_id)
     SELECT c.school_id, c.date, CAST(:delivery AS uuid) FROM calendar_day c
     WHERE c.instructional AND c.date BETWEEN CAST(:from AS date) AND CAST(:to AS date) AND c.date <= CAST(:today AS date)
       AND (:all OR c.school_id = ANY(:schools))
     ON CONFLICT DO NOTHING RETURNING school_id`,
    coverageValues(delivery),
  );
  return rows.map((row) => row.school_id);
}

function coverageValues({ deliveryId, coverage, today, receivedBy }: DayDelivery) {
  return {
    delivery: deliveryId,
    by: receivedBy,
    today,
    from: coverage.from,
    to: coverage.to,
    all: coverage.schools === 'all',
    schools: coverage.schools === 'all' ? [] : coverage.schools,
  };
}
