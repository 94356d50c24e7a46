import type { DaysPolicy } from '../../policy/days.ts';
import type { Coverage } from '../../store/attendance-delivery.ts';
import type { Transaction } from '../../store/database.ts';
import { isDate, isLikelyYear } from '../checks.ts';
import { coverageValues } from '../coverage-values.ts';
import { holders } from '../roster/identity.ts';
import { hasTracks } from '../../store/tracks.ts';
import type { Day } from '../school-year.ts';
import { meetHandCorrections } from './hand.ts';
import { derivePeriods } from './periods.ts';
import { certainty, isOccasion } from './rules.ts';

/** The delivery at hand. */
export interface DayDelivery {
  /** Null when rows of several deliveries are judged, each of which names its own. */
  deliveryId: string | null;
  coverage: Coverage;
  /** The district's day on which it was taken: no row may lie after it. */
  today: Day;
  receivedBy: string;
}

/**
 * The columns in which two records of one day can differ, in the order of `attendance_day`: when all are the same, nothing changed.
 */
export const FACTS = [
  'school_id',
  'status',
  'excuse',
  'code_raw',
  'minutes',
  'absent',
  'truancy',
  'portion',
  'suspension',
  'independent_study',
  'mode',
  'basis',
] as const;

/** SQL: the facts of a row, for comparing. */
export const facts = (row: string): string => `(${FACTS.map((name) => `${row}.${name}`).join(', ')})`;

/**
 * Where the rows come from: a table or subquery with the canonical columns of attendance, `delivery_id`, `code_set`, `file`, `line` and
 * `reason`. A fresh delivery's rows are staged; those whose code has been mapped since were held.
 */
export const STAGED = `(SELECT s.*, f.code_set, CAST(:delivery AS uuid) AS delivery_id FROM staged_attendance s LEFT JOIN staged_file f USING (file))`;

/**
 * Temporary table `judged_day`: the rows that have something to tell, each with the day it is about, what its code means, and the
 * reason why it is not taken, if there is one. A row that only says "present" is not in it unless it differs from what is on record or
 * from another row of the delivery: of 72 million student-days of a large district's year, 66 million stop here.
 */
export async function judgeRows(
  trx: Transaction,
  delivery: DayDelivery,
  rules: DaysPolicy,
  from: { source: string; values?: Record<string, string | number | null> } = { source: STAGED },
): Promise<void> {
  await trx.raw(`
    DROP TABLE IF EXISTS judged_day;
    CREATE TEMP TABLE judged_day (
      file text, line bigint, delivery_id uuid, student_id uuid, day date, school_id text, code_set text, code_raw text, status text, excuse text,
      absent boolean, truancy text, portion numeric(4, 3), minutes integer, suspension text, independent_study text, mode text, basis text,
      derivation jsonb, plain boolean, on_record boolean, reason text, a text, b text,
      -- Of attendance by periods: which one the row speaks of, or all of them; whether it is silent about the day as a whole; whether it goes
      -- into a derivation, or is one.
      scope text, period text, section text, periods text, silent boolean, part boolean NOT NULL DEFAULT false,
      derived boolean NOT NULL DEFAULT false) ON COMMIT DROP;
    -- Dates as the files write them: each is read once and not once a row.
    DROP TABLE IF EXISTS written_day;
    CREATE TEMP TABLE written_day ON COMMIT DROP AS SELECT DISTINCT date, date::text AS text FROM calendar_day;
    ANALYZE written_day`);
  const values = { ...coverageValues(delivery), share: rules.fullDay.share, dayMinutes: rules.length.day, ...from.values };
  await trx.raw(`INSERT INTO judged_day ${judgement(rules, from.source, await hasTracks(trx))}`, values);
  await trx.raw(`ANALYZE judged_day`);
  await forgetPlain(trx);
  await settleRepeats(trx, rules);
  await derivePeriods(trx, delivery.coverage.complete, rules);
  await meetHandCorrections(trx);
  await trx.raw(
    `UPDATE judged_day j SET reason = 'unchanged' FROM attendance_day d
     WHERE j.reason IS NULL AND NOT j.part AND j.on_record AND d.student_id = j.student_id AND d.date = j.day AND ${COVERED}
       AND ${facts('j')} IS NOT DISTINCT FROM ${facts('d')}`,
    values,
  );
  await trx.raw(`ANALYZE judged_day (reason, part, plain, on_record, student_id, day)`);
}

/** SQL: of the days on record those that the delivery can speak of, so that a night reads days and not a year. */
const COVERED = `d.date BETWEEN CAST(:from AS date) AND CAST(:to AS date)`;

/** Forgets the rows that only say "present", on days of which neither the record nor another row has something to tell. */
async function forgetPlain(trx: Transaction): Promise<void> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(`SELECT FROM judged_day WHERE reason IS NULL AND plain AND NOT on_record LIMIT 1`);
  if (rows.length === 0) return;
  await trx.raw(`
    DELETE FROM judged_day p
    WHERE p.reason IS NULL AND p.plain AND NOT p.on_record AND NOT EXISTS (
      SELECT FROM judged_day j WHERE j.student_id = p.student_id AND j.day = p.day AND j.reason IS NULL AND (NOT j.plain OR j.on_record))`);
}

/** SQL: each `period=code` of the row `p`, with the meaning `q` of its code, if it has one. */
const CODES_OF_PERIODS = `unnest(string_to_array(p.periods, ',')) AS t(pair)
  LEFT JOIN attendance_code q ON q.code_set = p.code_set AND q.code = split_part(t.pair, '=', 2) AND q.superseded_by IS NULL`;

/** SQL: the rows of a source, judged, in the columns of `judged_day`. */
function judgement(rules: DaysPolicy, source: string, tracks: boolean): string {
  const holder = holders('p');
  const offTrack = `e.track <> '' AND NOT EXISTS (
            SELECT FROM calendar_of t WHERE t.school_id = e.school_id AND t.track = calendar_track(e.school_id, e.track) AND t.date = p.day AND t.instructional)`;
  return `
    WITH placed AS (
      SELECT p.*, ${holder.student} AS student_id, ${holder.two} AS two_students, c.date AS taught_on, c.instructional,
        p.periods IS NOT NULL AND coalesce(p.code, '') = '' AS silent,
        -- What the codes of all periods of the row come to; rows without them do not ask.
        CASE WHEN p.periods IS NOT NULL THEN (
          SELECT CASE WHEN bool_or(q.code IS NULL) THEN 'unknown' WHEN bool_and(q.plain) THEN 'plain' ELSE 'told' END
          FROM ${CODES_OF_PERIODS}) END AS told_by_periods,
        CASE WHEN w.date IS NOT NULL THEN w.date WHEN ${isDate('p.date')} THEN p.date::date END AS day
      FROM ${source} p
      ${holder.joins}
      LEFT JOIN written_day w ON w.text = p.date
      LEFT JOIN calendar_day c ON c.school_id = p.school AND c.date = w.date
    ), checked AS (
      SELECT p.*, d.student_id IS NOT NULL AS on_record,
        CASE WHEN b.back THEN 'present' ELSE m.status END AS status, CASE WHEN b.back THEN 'unknown' ELSE m.excuse END AS excuse,
        m.in_rate AND NOT b.back AS in_rate, CASE WHEN b.back THEN 'none' ELSE m.truancy END AS truancy, m.suspension, m.independent_study,
        CASE WHEN p.minutes ~ '^[0-9]{1,4}$' THEN p.minutes::integer ELSE m.minutes END AS missed,
        CASE WHEN pg_input_is_valid(p.portion, 'numeric(4, 3)') THEN p.portion::numeric(4, 3) END AS part,
        CASE WHEN p.mode IN ('in_person', 'remote') THEN p.mode ELSE m.mode END AS taught_by,
        b.back OR (CASE p.told_by_periods WHEN 'plain' THEN p.silent OR m.plain WHEN 'told' THEN false ELSE m.plain END
          AND p.mode IS DISTINCT FROM 'remote') AS plain,
        CASE
          WHEN p.reason IS NOT NULL THEN p.reason
          WHEN coalesce(p.student, p.ssid, p.sis_id) IS NULL OR p.school IS NULL OR p.date IS NULL THEN 'missing-field'
          WHEN p.day IS NULL THEN 'bad-date'
          WHEN NOT ${isLikelyYear('p.date')} THEN 'date-out-of-range'
          WHEN p.scope = 'period' AND coalesce(p.period, p.section) IS NULL THEN 'missing-field'
          WHEN p.scope IS NULL THEN 'unknown-scope'
          WHEN p.student_id IS NULL THEN 'unknown-student'
          WHEN p.two_students THEN 'two-students'
          WHEN p.taught_on IS NULL AND NOT EXISTS (SELECT FROM school sc WHERE sc.school_id = p.school) THEN 'unknown-school'
          WHEN p.day > CAST(:today AS date) THEN 'after-today'
          WHEN NOT (p.day BETWEEN CAST(:from AS date) AND CAST(:to AS date) AND (:all OR p.school = ANY(:schools))) THEN 'outside-coverage'
          WHEN p.taught_on IS NULL AND NOT EXISTS (
            SELECT FROM calendar_day r WHERE r.school_id = p.school HAVING p.day BETWEEN min(r.date) AND max(r.date)) THEN 'no-calendar'
          WHEN p.instructional IS NOT TRUE THEN 'not-a-school-day'
          WHEN e.student_id IS NULL THEN CASE
            WHEN NOT EXISTS (SELECT FROM enrollment r WHERE r.student_id = p.student_id AND r.school_id = p.school) THEN 'not-enrolled-there'
            WHEN EXISTS (SELECT FROM enrollment r WHERE r.student_id = p.student_id AND r.school_id = p.school AND r.entry_date > p.day) THEN 'before-entry'
            ELSE 'after-exit' END
          ${tracks ? `WHEN ${offTrack} THEN 'off-track'` : ''}
          WHEN (m.code IS NULL AND NOT p.silent OR p.told_by_periods = 'unknown') AND NOT b.back THEN 'unknown-code'
        END AS fault
      FROM placed p
      LEFT JOIN enrollment e ON e.student_id = p.student_id AND e.school_id = p.school
        AND p.day BETWEEN e.entry_date AND coalesce(e.exit_date, p.day)
      LEFT JOIN attendance_code m ON m.code_set = p.code_set AND m.code = coalesce(p.code, '') AND m.superseded_by IS NULL
      LEFT JOIN attendance_day d ON d.student_id = p.student_id AND d.date = p.day AND ${COVERED}
      -- The source takes the row back: what it said before is no more.
      CROSS JOIN LATERAL (SELECT p.withdrawn IS NOT DISTINCT FROM 'true' AS back) AS b
    ), meant AS (
      SELECT *, in_rate AND coalesce(part, 1) >= :share AS whole,
        ${isOccasion(rules, 'coalesce(missed, part * :dayMinutes)')} AS long
      FROM checked
    )
    SELECT file, line, delivery_id, student_id, day, school, code_set, coalesce(code, ''),
      CASE WHEN in_rate AND NOT whole THEN 'partial' ELSE status END, excuse, whole,
      CASE WHEN truancy = 'full_day' AND whole THEN 'full_day' WHEN truancy <> 'none' AND long THEN 'occasion' END,
      part, missed, suspension, independent_study, taught_by,
      CASE WHEN truancy <> 'none' AND NOT whole AND coalesce(missed::numeric, part) IS NOT NULL THEN 'minutes' ELSE 'day' END,
      CASE WHEN truancy <> 'none' AND NOT whole AND coalesce(missed::numeric, part) IS NOT NULL
        THEN jsonb_build_object('minutes', coalesce(missed, round(part * :dayMinutes)), '${rules.occasion.operator}', ${rules.occasion.minutes}, 'occasion', long) END,
      plain, on_record, fault,
      CASE fault
        WHEN 'missing-field' THEN CASE WHEN coalesce(student, ssid, sis_id) IS NULL THEN 'student' WHEN school IS NULL THEN 'school' WHEN date IS NULL THEN 'date' ELSE 'period' END
        WHEN 'bad-date' THEN 'attendance date' WHEN 'date-out-of-range' THEN 'attendance date'
        WHEN 'unknown-student' THEN coalesce(student, ssid, sis_id)
        WHEN 'two-students' THEN 'number ' || coalesce(student, ssid)
        WHEN 'after-today' THEN date
        WHEN 'unknown-code' THEN code
        ELSE school END,
      CASE WHEN fault = 'after-today' THEN :today WHEN fault = 'two-students' THEN 'number ' || coalesce(ssid, sis_id) WHEN fault = 'unknown-code' THEN code_set ELSE date END,
      scope, coalesce(period, section), section, periods, silent, scope IS NOT DISTINCT FROM 'period' OR periods IS NOT NULL, false
    FROM meant`;
}

/** Of several rows for one student and day the most certain one is taken; the others are kept as rows that were not. */
async function settleRepeats(trx: Transaction, rules: DaysPolicy): Promise<void> {
  await trx.raw(`
    UPDATE judged_day j SET reason = 'duplicate-day', a = r.winner::text
    FROM (
      SELECT d.file, d.line, row_number() OVER w AS place, first_value(d.line) OVER w AS winner
      FROM judged_day d
      JOIN (SELECT student_id, day FROM judged_day WHERE reason IS NULL AND NOT part GROUP BY student_id, day HAVING count(*) > 1) AS again
        USING (student_id, day)
      WHERE d.reason IS NULL AND NOT d.part
      WINDOW w AS (PARTITION BY d.student_id, d.day ORDER BY ${certainty(rules, 'd')}, d.file, d.line)
    ) AS r
    WHERE r.place > 1 AND j.reason IS NULL AND j.file = r.file AND j.line = r.line`);
}
