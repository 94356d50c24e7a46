import type { DaysPolicy } from '../../policy/days.ts';
import type { Transaction } from '../../store/database.ts';
import { coverageValues } from '../coverage-values.ts';
import type { ReasonCode } from '../reasons.ts';
import { endWithdrawnCorrections, ONLY_BY_HAND } from './hand.ts';
import type { DayDelivery } from './judge.ts';
import { ledger } from './merge.ts';

/** Reasons of rows that do not say which student and day they are about. */
const UNREADABLE: ReasonCode[] = [
  'wrong-number-of-fields',
  'bad-quoting',
  'bad-character',
  'line-too-long',
  'bad-record',
  'missing-field',
  'bad-date',
  'date-out-of-range',
];

/** SQL: is the row `d` inside the delivery's coverage? */
const covers = (row: string): string =>
  `${row}.date BETWEEN CAST(:from AS date) AND CAST(:to AS date) AND ${row}.date <= CAST(:today AS date) AND (:all OR ${row}.school_id = ANY(:schools))`;

/**
 * Inside a complete coverage, a day on record that the delivery does not mention is withdrawn. A day that it mentions in a row that
 * was rejected stays as it was; and while some row could not be read at all, none is withdrawn, since that row may have been it. More
 * than the policy's share of the days on record at once are not withdrawn either: they wait for a person, and hold the students' cases.
 * @returns whether unreadable rows kept missing days on record, and how many days wait for a person
 */
export async function withdrawDays(
  trx: Transaction,
  delivery: DayDelivery,
  rules: DaysPolicy,
): Promise<{ held: boolean; waiting: number }> {
  const values = { ...coverageValues(delivery), by: delivery.receivedBy };
  await trx.raw(
    `DROP TABLE IF EXISTS withdrawn_day; CREATE TEMP TABLE withdrawn_day (student_id uuid, date date, school_id text) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO withdrawn_day
     SELECT d.student_id, d.date, d.school_id FROM attendance_day d
     WHERE ${covers('d')} AND NOT EXISTS (SELECT FROM judged_day j WHERE j.student_id = d.student_id AND j.day = d.date) AND NOT ${ONLY_BY_HAND}`,
    values,
  );
  const { rows: unread } = await trx.raw<{ rows: unknown[] }>(`SELECT FROM judged_day WHERE reason = ANY(:unreadable) LIMIT 1`, {
    unreadable: UNREADABLE,
  });
  const { rows: told } = await trx.raw<{ rows: { missing: number; on_record: number }[] }>(
    `SELECT (SELECT count(*) FROM withdrawn_day) AS missing, (SELECT count(*) FROM attendance_day d WHERE ${covers('d')}) AS on_record`,
    values,
  );
  const { missing, on_record: onRecord } = told[0]!;
  if (unread.length > 0) return { held: missing > 0, waiting: 0 };
  // What waited for a person before is judged anew by what this delivery says.
  await trx.raw(
    `UPDATE waiting_retraction d SET settled = 'superseded', settled_by = :by, settled_at = now() WHERE d.settled IS NULL AND ${covers('d')}`,
    values,
  );
  const { share, atLeast } = rules.retractions;
  if (missing >= atLeast && missing > share * onRecord) {
    await trx.raw(
      `INSERT INTO waiting_retraction (delivery_id, student_id, date, school_id) SELECT CAST(:delivery AS uuid), student_id, date, school_id FROM withdrawn_day`,
      values,
    );
    return { held: false, waiting: missing };
  }
  if (missing > 0) await takeBack(trx, { by: delivery.receivedBy, delivery: delivery.deliveryId });
  return { held: false, waiting: 0 };
}

/** Takes the days of `withdrawn_day` off the record, with their old value in the ledger. */
export async function takeBack(
  trx: Transaction,
  cause: { by: string; delivery: string | null; command?: { id: string; reason: string } },
): Promise<void> {
  await trx.raw(
    `WITH gone AS (
       DELETE FROM attendance_day d USING withdrawn_day w WHERE d.student_id = w.student_id AND d.date = w.date RETURNING d.*),
     told AS (
       INSERT INTO attendance_correction (student_id, date, old, new, delivery_id, recorded_by, change_id, reason)
       SELECT g.student_id, g.date, ${ledger('g')}, NULL, CAST(:delivery AS uuid), :by, CAST(:change AS uuid), :reason FROM gone g)
     INSERT INTO changed_day SELECT student_id, 'withdrawn' FROM gone`,
    { by: cause.by, delivery: cause.delivery, change: cause.command?.id ?? null, reason: cause.command?.reason ?? 'withdrawn' },
  );
  await trx.raw(`DELETE FROM attendance_period p USING withdrawn_day w WHERE p.student_id = w.student_id AND p.date = w.date`);
  await endWithdrawnCorrections(trx);
}

/** Marks the school days of a complete coverage as heard of. @returns the school of each newly covered day */
export async function coverDays(trx: Transaction, delivery: DayDelivery): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { school_id: string }[] }>(
    `INSERT INTO covered_day (school_id, date, delivery_id)
     SELECT c.school_id, c.date, CAST(:delivery AS uuid) FROM calendar_day c WHERE c.instructional AND ${covers('c')}
     ON CONFLICT DO NOTHING RETURNING school_id`,
    coverageValues(delivery),
  );
  return rows.map((row) => row.school_id);
}
