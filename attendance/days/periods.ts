import type { DaysPolicy } from '../../policy/days.ts';
import type { Transaction } from '../../store/database.ts';
import { certainty, isOccasion } from './rules.ts';

/** What a period, or the row about the whole day beside it, says: the columns of `attendance_period` beyond its key. */
const COLUMNS = [
  'school_id',
  'section',
  'code_set',
  'code',
  'status',
  'excuse',
  'absent',
  'truancy',
  'minutes',
  'portion',
  'suspension',
  'independent_study',
  'mode',
  'delivery_id',
  'file',
  'line',
] as const;

/** SQL: which of the row about the whole day (side 1) and the derivation from periods (side 2) comes first. */
const ORDER: Record<DaysPolicy['wins'], (rules: DaysPolicy) => string> = {
  certainty: (rules) => certainty(rules, 'c'),
  day: () => 'side',
  periods: () => 'side DESC',
};

/**
 * Derives the days of which rows speak by periods, and puts each into `judged_day` beside the rows about whole days. The periods are
 * kept (`attendance_period`, with the row about the whole day, if there is one, as period ''), so that a later change of one of them
 * derives the day again. A row that went into a derivation is marked `part`: it is taken, and the derived row is what becomes the day.
 */
export async function derivePeriods(trx: Transaction, complete: boolean, rules: DaysPolicy): Promise<void> {
  const { rows } = await trx.raw<{ rows: { any: boolean }[] }>(
    `SELECT EXISTS (SELECT FROM judged_day WHERE part) OR EXISTS (SELECT FROM attendance_period) AS any`,
  );
  if (!rows[0]!.any) return;
  if (complete) await forgetPeriods(trx);
  else await rememberWholeDays(trx);
  await findTold(trx);
  await settleParts(trx);
  await keepPeriods(trx, complete);
  await derive(trx, rules);
}

/** A complete delivery that speaks of a day as a whole, and of no period of it, takes back what was told of its periods. */
async function forgetPeriods(trx: Transaction): Promise<void> {
  await trx.raw(`
    DELETE FROM attendance_period p USING judged_day j
    WHERE j.reason IS NULL AND NOT j.part AND p.student_id = j.student_id AND p.date = j.day
      AND NOT EXISTS (SELECT FROM judged_day o WHERE o.part AND o.reason IS NULL AND o.student_id = j.student_id AND o.day = j.day)`);
}

/**
 * A day that a row about the whole day has made, and of which the first period is told now: that row goes on standing beside the periods,
 * as it would have if both had come together.
 */
async function rememberWholeDays(trx: Transaction): Promise<void> {
  await trx.raw(`
    INSERT INTO attendance_period (student_id, date, period, ${COLUMNS.join(', ')})
    SELECT d.student_id, d.date, '', d.school_id, NULL, coalesce(d.code_set, ''), coalesce(d.code_raw, ''), d.status, d.excuse, d.absent,
      coalesce(d.truancy, 'none'), d.minutes, d.portion, d.suspension, d.independent_study, d.mode, d.delivery_id, d.file, d.line
    FROM attendance_day d
    WHERE d.basis IN ('day', 'minutes') AND d.file IS NOT NULL
      AND EXISTS (SELECT FROM judged_day j WHERE j.student_id = d.student_id AND j.day = d.date AND j.part AND j.scope = 'period' AND j.reason IS NULL)
      AND NOT EXISTS (SELECT FROM attendance_period p WHERE p.student_id = d.student_id AND p.date = d.date)
    ON CONFLICT DO NOTHING`);
}

/**
 * Temporary tables `told_period` (what the rows say of each period, the most certain of several) and `period_day` (the days that must
 * be derived: those with a told period, and those with a row about the whole day beside periods on record).
 */
async function findTold(trx: Transaction): Promise<void> {
  await trx.raw(`
    UPDATE judged_day j SET part = true WHERE j.reason IS NULL AND NOT j.part AND (
      EXISTS (SELECT FROM attendance_period p WHERE p.student_id = j.student_id AND p.date = j.day)
      OR EXISTS (SELECT FROM judged_day o WHERE o.part AND o.reason IS NULL AND o.student_id = j.student_id AND o.day = j.day));
    DROP TABLE IF EXISTS told_period;
    CREATE TEMP TABLE told_period ON COMMIT DROP AS
      WITH said AS (
        SELECT j.student_id, j.day, CASE WHEN j.scope = 'period' THEN j.period ELSE '' END AS period, j.school_id, j.section, j.code_set,
          j.code_raw AS code, j.status, j.excuse, j.absent, coalesce(j.truancy, 'none') AS truancy, j.minutes, j.portion, j.suspension,
          j.independent_study, j.mode, j.delivery_id, j.file, j.line, false AS whole_row
        FROM judged_day j WHERE j.part AND j.reason IS NULL AND NOT j.silent
        UNION ALL
        SELECT j.student_id, j.day, split_part(t.pair, '=', 1), j.school_id, NULL, j.code_set, k.code, k.status, k.excuse, k.in_rate, k.truancy,
          k.minutes, NULL, k.suspension, k.independent_study, k.mode, j.delivery_id, j.file, j.line, true
        FROM judged_day j CROSS JOIN LATERAL unnest(string_to_array(j.periods, ',')) AS t(pair)
        JOIN attendance_code k ON k.code_set = j.code_set AND k.code = split_part(t.pair, '=', 2) AND k.superseded_by IS NULL
        WHERE j.part AND j.reason IS NULL AND j.periods IS NOT NULL
      )
      SELECT DISTINCT ON (student_id, day, period) *, bool_or(whole_row) OVER (PARTITION BY student_id, day) AS tells_all
      FROM said ORDER BY student_id, day, period, CASE excuse WHEN 'excused' THEN 1 WHEN 'exempt' THEN 1 WHEN 'unexcused' THEN 2 ELSE 3 END,
        absent DESC, minutes DESC NULLS LAST, file, line;
    CREATE INDEX ON told_period (student_id, day);
    ANALYZE told_period;
    DROP TABLE IF EXISTS period_day;
    CREATE TEMP TABLE period_day ON COMMIT DROP AS SELECT student_id, day, bool_or(tells_all) AS tells_all FROM told_period GROUP BY student_id, day;
    CREATE INDEX ON period_day (student_id, day);
    ANALYZE period_day`);
}

/** Of several rows about one period the others are kept as rows that were not taken; a row that changes no period needs nothing. */
async function settleParts(trx: Transaction): Promise<void> {
  await trx.raw(`
    UPDATE judged_day j SET reason = 'duplicate-day', a = t.line::text
    FROM told_period t
    WHERE j.part AND j.reason IS NULL AND j.periods IS NULL AND t.student_id = j.student_id AND t.day = j.day
      AND t.period = CASE WHEN j.scope = 'period' THEN j.period ELSE '' END AND (t.file, t.line) <> (j.file, j.line);
    UPDATE judged_day j SET reason = 'unchanged'
    WHERE j.part AND j.reason IS NULL AND NOT EXISTS (
      SELECT FROM told_period t LEFT JOIN attendance_period p ON p.student_id = t.student_id AND p.date = t.day AND p.period = t.period
      WHERE t.student_id = j.student_id AND t.day = j.day AND t.file = j.file AND t.line = j.line
        AND (p.student_id IS NULL OR ${same('p')} IS DISTINCT FROM ${same('t')}))`);
}

/** SQL: what two records of one period can differ in. */
const same = (row: string): string =>
  `(${['code_set', 'code', 'status', 'excuse', 'absent', 'truancy', 'minutes', 'portion', 'mode', 'school_id'].map((name) => `${row}.${name}`).join(', ')})`;

/** Writes what is told of each period. A row that speaks of all periods of a day, or a complete delivery, takes back what it does not name. */
async function keepPeriods(trx: Transaction, complete: boolean): Promise<void> {
  await trx.raw(
    `DELETE FROM attendance_period p USING period_day d
     WHERE p.student_id = d.student_id AND p.date = d.day AND (:complete OR (d.tells_all AND p.period <> ''))
       AND NOT EXISTS (SELECT FROM told_period t WHERE t.student_id = p.student_id AND t.day = p.date AND t.period = p.period)`,
    { complete },
  );
  await trx.raw(`
    INSERT INTO attendance_period AS p (student_id, date, period, ${COLUMNS.join(', ')})
    SELECT student_id, day, period, ${COLUMNS.join(', ')} FROM told_period
    ON CONFLICT (student_id, date, period) DO UPDATE SET ${COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}
    WHERE ${same('p')} IS DISTINCT FROM ${same('excluded')}`);
}

/**
 * The rule. A day is a full day of absence when the policy's share of its periods was missed; how many it has is what the student's
 * sections say, else the policy, else what is told if that is more than the missed ones; where nobody knows, it is none. It is a full
 * day on the truancy clock when that share was missed without excuse, and an occasion when one tardy, early departure or missed
 * period without excuse was long enough (EC 48260). What is unverified is that and not unexcused.
 */
async function derive(trx: Transaction, rules: DaysPolicy): Promise<void> {
  const { share, periods } = rules.fullDay;
  const { operator, minutes } = rules.occasion;
  await trx.raw(
    `INSERT INTO judged_day (file, line, delivery_id, student_id, day, school_id, code_set, code_raw, status, excuse, absent, truancy, portion,
       minutes, suspension, independent_study, mode, basis, derivation, plain, on_record, part, derived)
     WITH missed AS (
       SELECT p.*, CASE WHEN p.truancy = 'none' THEN NULL WHEN p.absent THEN coalesce(p.minutes, :periodMinutes) ELSE p.minutes END AS gone_for
       FROM attendance_period p JOIN period_day d ON d.student_id = p.student_id AND d.day = p.date WHERE p.period <> ''
     ), summed AS (
       SELECT student_id, date, max(school_id) AS school_id, count(*) AS told, count(*) FILTER (WHERE absent) AS missed,
         count(*) FILTER (WHERE absent AND truancy <> 'none' AND excuse = 'unexcused') AS unexcused,
         count(*) FILTER (WHERE absent AND truancy <> 'none' AND excuse = 'unverified') AS unverified,
         count(*) FILTER (WHERE absent AND excuse IN ('excused', 'exempt')) AS excused,
         max(gone_for) FILTER (WHERE excuse = 'unexcused') AS unexcused_for, max(gone_for) FILTER (WHERE excuse = 'unverified') AS unverified_for,
         sum(gone_for)::integer AS gone_for, bool_or(status = 'tardy') AS late, bool_or(status = 'early_departure') AS left_early,
         CASE WHEN bool_or(suspension = 'OSS' AND absent) THEN 'OSS' WHEN bool_or(suspension = 'ISS') THEN 'ISS' END AS suspension,
         CASE WHEN bool_and(mode IS NOT DISTINCT FROM 'remote') THEN 'remote' END AS mode,
         jsonb_agg(jsonb_strip_nulls(jsonb_build_object('period', period, 'code', code, 'minutes', minutes)) ORDER BY period)
           FILTER (WHERE status <> 'present') AS periods,
         (array_agg(delivery_id ORDER BY (status = 'present'), period))[1] AS delivery_id,
         (array_agg(file ORDER BY (status = 'present'), period))[1] AS file, (array_agg(line ORDER BY (status = 'present'), period))[1] AS line
       FROM missed GROUP BY student_id, date
     ), sized AS (
       SELECT s.*, CASE
         WHEN e.n > 0 THEN greatest(e.n, s.told) WHEN CAST(:periods AS integer) IS NOT NULL THEN greatest(CAST(:periods AS integer), s.told)
         WHEN s.told > s.missed THEN s.told END AS periods_of_day
       FROM summed s CROSS JOIN LATERAL (
         SELECT count(DISTINCT coalesce(c.period, c.section_id)) AS n
         FROM section_enrollment x JOIN section c USING (school_id, section_id)
         WHERE x.student_id = s.student_id AND x.school_id = s.school_id AND NOT c.homeroom AND s.date BETWEEN x.since AND coalesce(x.until, s.date)) AS e
     ), judged AS (
       SELECT *, coalesce(missed >= :share * periods_of_day AND missed > 0, false) AS whole,
         coalesce(unexcused + unverified >= :share * periods_of_day AND unexcused + unverified > 0, false) AS whole_truancy,
         ${isOccasion(rules, 'unexcused_for')} AS unexcused_long, ${isOccasion(rules, 'unverified_for')} AS unverified_long
       FROM sized
     ), derived AS (
       SELECT student_id, date, school_id, delivery_id, file, line,
         CASE WHEN whole THEN 'absent' WHEN missed > 0 THEN 'partial' WHEN late THEN 'tardy' WHEN left_early THEN 'early_departure' ELSE 'present' END AS status,
         CASE
           WHEN whole_truancy THEN CASE WHEN unexcused > 0 THEN 'unexcused' ELSE 'unverified' END
           WHEN unexcused_long THEN 'unexcused' WHEN unverified_long THEN 'unverified'
           WHEN unexcused > 0 THEN 'unexcused' WHEN unverified > 0 THEN 'unverified' WHEN excused > 0 THEN 'excused' ELSE 'unknown' END AS excuse,
         whole AS absent, CASE WHEN whole_truancy THEN 'full_day' WHEN unexcused_long OR unverified_long THEN 'occasion' END AS truancy,
         gone_for AS minutes, suspension, mode,
         jsonb_strip_nulls(jsonb_build_object('periods', periods, 'missed', missed, 'of', periods_of_day, 'fullDayShare', CAST(:share AS numeric),
           '${operator}', ${minutes}, 'longestMinutes', greatest(unexcused_for, unverified_for))) AS derivation
       FROM judged
     ), candidate AS (
       SELECT w.student_id, w.date, 'day' AS basis, 1 AS side, w.school_id, w.delivery_id, w.file, w.line, w.code_set, w.code, w.status, w.excuse, w.absent,
         nullif(w.truancy, 'none') AS truancy, w.portion, w.minutes, w.suspension, w.independent_study, w.mode, CAST(NULL AS jsonb) AS derivation
       FROM period_day d JOIN attendance_period w ON w.student_id = d.student_id AND w.date = d.day AND w.period = ''
       UNION ALL
       SELECT student_id, date, 'periods', 2, school_id, delivery_id, file, line, NULL, NULL, status, excuse, absent,
         truancy, NULL, minutes, suspension, NULL, mode, derivation
       FROM derived
     ), ranked AS (
       SELECT c.*, row_number() OVER (PARTITION BY student_id, date ORDER BY ${ORDER[rules.wins](rules)}, side) AS place,
         count(*) OVER both_sides AS sides, first_value(derivation) OVER (both_sides ORDER BY side DESC) AS of_periods,
         first_value(code) OVER (both_sides ORDER BY side) AS day_code
       FROM candidate c WINDOW both_sides AS (PARTITION BY student_id, date)
     )
     SELECT r.file, r.line, r.delivery_id, r.student_id, r.date, r.school_id, r.code_set, r.code, r.status, r.excuse, r.absent, r.truancy, r.portion,
       r.minutes, r.suspension, r.independent_study, r.mode, r.basis,
       CASE WHEN sides = 2 THEN of_periods || jsonb_build_object('wins', basis, 'dayCode', day_code) ELSE r.derivation END,
       r.status = 'present' AND r.truancy IS NULL AND r.suspension IS NULL AND r.independent_study IS NULL AND coalesce(r.mode, 'in_person') = 'in_person',
       EXISTS (SELECT FROM attendance_day a WHERE a.student_id = r.student_id AND a.date = r.date), false, true
     FROM ranked r WHERE place = 1`,
    { periodMinutes: rules.length.period, periods: periods ?? null, share, wins: rules.wins },
  );
  // A day of which every period says "present" has nothing to tell.
  await trx.raw(`
    DELETE FROM attendance_period p USING judged_day j
    WHERE j.derived AND j.plain AND p.student_id = j.student_id AND p.date = j.day
      AND NOT EXISTS (SELECT FROM attendance_period o WHERE o.student_id = j.student_id AND o.date = j.day AND o.status <> 'present')`);
}
