import type { Coverage, DeliveryCounts } from '../store/attendance-delivery.ts';
import type { Transaction } from '../store/database.ts';
import { isDate } from './checks.ts';
import type { ReasonCode } from './reasons.ts';
import type { Day } from './school-year.ts';

/** The delivery at hand. */
export interface DayDelivery {
  deliveryId: string;
  coverage: Coverage;
  /** The district's day on which it was taken: no row may lie after it. */
  today: Day;
  receivedBy: string;
}

/** Of two rows for one student and day the more certain one is taken, and the other kept as an ignored row. */
const CERTAINTY = `CASE status WHEN 'absent' THEN CASE excuse WHEN 'excused' THEN 1 WHEN 'unexcused' THEN 2 ELSE 3 END WHEN 'tardy' THEN 4 ELSE 5 END`;

/** SQL: what the ledger keeps of a day record. */
const ledger = (row: string) =>
  `jsonb_build_object('status', ${row}.status, 'excuse', ${row}.excuse, 'code', ${row}.code_raw, 'minutes', ${row}.minutes,
    'school', ${row}.school_id, 'delivery', ${row}.delivery_id, 'file', ${row}.file, 'line', ${row}.line)`;

/**
 * Checks the staged attendance rows and merges them into the day records. Every change of a day that was on record, or that was
 * assumed present because its school had already been heard of, goes to the ledger of corrections with its old and new value.
 * @returns what it did, with the students whose days changed and the schools that have newly covered days
 */
export async function mergeDays(
  trx: Transaction,
  delivery: DayDelivery,
): Promise<{
  days: DeliveryCounts['days'];
  students: string[];
  schools: string[];
}> {
  await judge(trx, delivery);
  await trx.raw(
    `INSERT INTO attendance_correction (student_id, date, old, new, delivery_id, recorded_by, reason)
     SELECT j.student_id, j.day, ${ledger('d')}, ${ledger('j')}, CAST(:delivery AS uuid), :by, 'changed'
     FROM judged_day j JOIN attendance_day d ON d.student_id = j.student_id AND d.date = j.day WHERE j.reason IS NULL
     UNION ALL
     SELECT j.student_id, j.day, NULL, ${ledger('j')}, CAST(:delivery AS uuid), :by, 'late'
     FROM judged_day j JOIN covered_day c ON c.school_id = j.school_id AND c.date = j.day
     WHERE j.reason IS NULL AND NOT j.on_record`,
    { delivery: delivery.deliveryId, by: delivery.receivedBy },
  );
  const merged = await trx.raw<{
    rows: { student_id: string; added: boolean }[];
  }>(
    `INSERT INTO attendance_day AS d (student_id, date, school_id, status, excuse, code_raw, minutes, delivery_id, file, line, absent, truancy)
     SELECT student_id, day, school_id, status, excuse, code_raw, minutes, delivery_id, file, line, status = 'absent',
       CASE WHEN status = 'absent' AND excuse IN ('unexcused', 'unverified') THEN 'full_day' END
     FROM judged_day WHERE reason IS NULL
     ON CONFLICT (student_id, date) DO UPDATE SET school_id = excluded.school_id, status = excluded.status, excuse = excluded.excuse,
       code_raw = excluded.code_raw, minutes = excluded.minutes, delivery_id = excluded.delivery_id, file = excluded.file, line = excluded.line,
       absent = excluded.absent, truancy = excluded.truancy
     RETURNING d.student_id, old.student_id IS NULL AS added`,
  );
  const { held, withdrawn } = delivery.coverage.complete ? await withdraw(trx, delivery) : { held: false, withdrawn: [] };
  const covered = delivery.coverage.complete ? await cover(trx, delivery) : [];
  const added = merged.rows.filter((row) => row.added).length;
  return {
    days: {
      added,
      changed: merged.rows.length - added,
      withdrawn: withdrawn.length,
      withdrawalsHeld: held,
      covered: covered.length,
    },
    students: [...new Set([...merged.rows.map((row) => row.student_id), ...withdrawn])],
    schools: [...new Set(covered)],
  };
}

/** Puts each readable row beside the student, enrollment, calendar and day record it is about, and gives it its reason, if any. */
async function judge(trx: Transaction, { deliveryId, coverage, today }: DayDelivery): Promise<void> {
  await trx.raw(
    `DROP TABLE IF EXISTS judged_day;
     CREATE TEMP TABLE judged_day (
       file text, line bigint, student_id uuid, day date, school_id text, status text, excuse text, code_raw text, minutes integer,
       delivery_id uuid, reason text, a text, b text, on_record boolean) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO judged_day
     WITH parsed AS (
       SELECT s.*, CASE WHEN s.reason IS NULL AND ${isDate('s.date')} THEN s.date::date END AS day FROM staged_attendance s
     ), checked AS (
       SELECT p.*, k.student_id,
         CASE
           WHEN p.reason IS NOT NULL THEN p.reason
           WHEN p.student IS NULL OR p.school IS NULL OR p.date IS NULL THEN 'missing-field'
           WHEN p.day IS NULL THEN 'bad-date'
           WHEN p.scope = 'period' THEN 'period-attendance'
           WHEN p.scope IS NULL THEN 'unknown-scope'
           WHEN k.student_id IS NULL THEN 'unknown-student'
           WHEN sc.school_id IS NULL THEN 'unknown-school'
           WHEN p.day > CAST(:today AS date) THEN 'after-today'
           WHEN NOT (p.day BETWEEN CAST(:from AS date) AND CAST(:to AS date) AND (:all OR p.school = ANY(:schools))) THEN 'outside-coverage'
           WHEN c.date IS NULL AND NOT EXISTS (
             SELECT FROM calendar_day r WHERE r.school_id = p.school HAVING p.day BETWEEN min(r.date) AND max(r.date)) THEN 'no-calendar'
           WHEN c.instructional IS NOT TRUE THEN 'not-a-school-day'
           WHEN e.student_id IS NULL THEN CASE
             WHEN NOT EXISTS (SELECT FROM enrollment r WHERE r.student_id = k.student_id AND r.school_id = p.school) THEN 'not-enrolled-there'
             WHEN EXISTS (SELECT FROM enrollment r WHERE r.student_id = k.student_id AND r.school_id = p.school AND r.entry_date > p.day) THEN 'before-entry'
             ELSE 'after-exit' END
           WHEN p.status IS NULL THEN 'unknown-status'
           WHEN p.excuse IS NULL THEN 'unknown-code'
         END AS fault
       FROM parsed p
       LEFT JOIN student k ON k.local_id = p.student
       LEFT JOIN school sc ON sc.school_id = p.school
       LEFT JOIN calendar_day c ON c.school_id = p.school AND c.date = p.day
       LEFT JOIN enrollment e ON e.student_id = k.student_id AND e.school_id = p.school
         AND p.day BETWEEN e.entry_date AND coalesce(e.exit_date, p.day)
     ), placed AS (
       SELECT *, row_number() OVER w AS place, first_value(line) OVER w AS winner
       FROM checked WINDOW w AS (PARTITION BY student_id, day, fault ORDER BY ${CERTAINTY}, file, line)
     )
     SELECT p.file, p.line, p.student_id, p.day, p.school, p.status, p.excuse, p.code_raw,
       CASE WHEN p.minutes ~ '^[0-9]{1,4}$' THEN p.minutes::integer END, CAST(:delivery AS uuid),
       CASE
         WHEN p.fault IS NOT NULL THEN p.fault
         WHEN p.place > 1 THEN 'duplicate-day'
         WHEN (d.status, d.excuse, d.code_raw, d.minutes, d.school_id)
           IS NOT DISTINCT FROM (p.status, p.excuse, p.code_raw, CASE WHEN p.minutes ~ '^[0-9]{1,4}$' THEN p.minutes::integer END, p.school) THEN 'unchanged'
       END,
       CASE
         WHEN p.fault = 'missing-field' THEN CASE WHEN p.student IS NULL THEN 'student' WHEN p.school IS NULL THEN 'school' ELSE 'date' END
         WHEN p.fault = 'bad-date' THEN 'attendance date'
         WHEN p.fault = 'unknown-student' THEN p.student
         WHEN p.fault = 'after-today' THEN p.date
         WHEN p.fault = 'unknown-status' THEN p.status_raw
         WHEN p.fault = 'unknown-code' THEN p.code_raw
         WHEN p.fault IS NOT NULL THEN p.school
         WHEN p.place > 1 THEN p.winner::text
       END,
       CASE WHEN p.fault = 'after-today' THEN :today ELSE p.date END,
       d.student_id IS NOT NULL
     FROM placed p LEFT JOIN attendance_day d ON d.student_id = p.student_id AND d.date = p.day`,
    {
      delivery: deliveryId,
      today,
      from: coverage.from,
      to: coverage.to,
      all: coverage.schools === 'all',
      schools: coverage.schools === 'all' ? [] : coverage.schools,
    },
  );
  await trx.raw(`
    CREATE INDEX ON judged_day (student_id, day);
    ANALYZE judged_day;
    UPDATE staged_attendance s SET reason = j.reason, a = j.a, b = j.b
    FROM judged_day j WHERE j.reason IS NOT NULL AND s.file = j.file AND s.line = j.line`);
}

/** Reasons of rows that do not say which student and day they are about. */
const UNREADABLE: ReasonCode[] = ['wrong-number-of-fields', 'bad-quoting', 'bad-character', 'missing-field', 'bad-date'];

/**
 * Inside a complete coverage, a day on record that the delivery does not mention is withdrawn. A day that it mentions in a row that
 * was rejected stays as it was; and while some row could not be read at all, none is withdrawn, since that row may have been it.
 */
async function withdraw(trx: Transaction, delivery: DayDelivery): Promise<{ held: boolean; withdrawn: string[] }> {
  const { rows: unread } = await trx.raw<{ rows: unknown[] }>(`SELECT FROM judged_day WHERE reason = ANY(:unreadable) LIMIT 1`, {
    unreadable: UNREADABLE,
  });
  const scope = `d.date BETWEEN CAST(:from AS date) AND CAST(:to AS date) AND d.date <= CAST(:today AS date) AND (:all OR d.school_id = ANY(:schools))
    AND NOT EXISTS (SELECT FROM judged_day j WHERE j.student_id = d.student_id AND j.day = d.date)`;
  const values = coverageValues(delivery);
  if (unread.length > 0) {
    const { rows: missing } = await trx.raw<{ rows: unknown[] }>(`SELECT FROM attendance_day d WHERE ${scope} LIMIT 1`, values);
    return { held: missing.length > 0, withdrawn: [] };
  }
  const { rows } = await trx.raw<{ rows: { student_id: string }[] }>(
    `WITH gone AS (DELETE FROM attendance_day d WHERE ${scope} RETURNING d.*)
     INSERT INTO attendance_correction (student_id, date, old, new, delivery_id, recorded_by, reason)
     SELECT g.student_id, g.date, ${ledger('g')}, NULL, CAST(:delivery AS uuid), :by, 'withdrawn' FROM gone g
     RETURNING student_id`,
    values,
  );
  return { held: false, withdrawn: rows.map((row) => row.student_id) };
}

/** Marks the school days of a complete coverage as heard of. @returns the school of each newly covered day */
async function cover(trx: Transaction, delivery: DayDelivery): Promise<string[]> {
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
