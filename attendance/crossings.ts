import type { Transaction } from '../store/database.ts';
import { bandPositionSql, linesOf, POLICY_LINES, type BandLines } from '../store/band-position.ts';
import { hasNotImprovedSql, sinceDone, supportLines } from '../store/no-improvement.ts';
import { eventsTogetherSql } from '../store/events-together.ts';
import { inForceLines, ruleValues, type StandingRules } from './rules.ts';

/** Why a case is woken. */
export interface Crossing {
  caseId: string;
  why: (
    | 'band'
    | 'report_due'
    | 'report_not_due'
    | 'basis_touched'
    | 'recovered'
    | 'relapsed'
    | 'held'
    | 'hold_ended'
    | 'new_year'
    | 'situation'
    | 'full_days'
    | 'no_improvement'
    | 'improved'
  )[];
}

/** SQL: the days that reports have used. */
const SERVED = "coalesce(r.served, '{}')";

/**
 * Decides in SQL which cases the recomputation wakes, and writes their messages to the outbox: cumulative, one row a case. Reads the
 * temporary table `judged`.
 *
 * A case is woken when its band of absences changed and the old or the new one is the second or a later band (lines of the policy its
 * case is pinned to, else of the policy in force); when a truancy report became due or is due no longer through a change of its
 * events (what the case itself did with its reports it knows), where reports whose basis fell are not relied upon, as the case does; when
 * a day on which a filed report rests stands no longer or again, also where no row of that day was touched (a late absence beside it moves
 * its clearing window), or a correction touched it; or when the student recovered by the policy's rule, or did and has not any more, or when absences of the first months are an early warning. While a standing is held no case begins on it: what it crossed
 * is told when the hold ends. An open case is told of the hold and of its end, of a new school year, of flags and ages that change its
 * path, of full days of truancy for which a letter of its policy waits, and when the attendance since something was done on it has
 * improved no longer, or has after all, by the lines that its policy draws.
 */
export async function writeCrossings(
  trx: Transaction,
  input: {
    schoolYear: string;
    rules: StandingRules;
    correctionsOf: string | null;
  },
): Promise<Crossing[]> {
  const { rules } = input;
  await trx.raw(
    `DROP TABLE IF EXISTS crossing;
     CREATE TEMP TABLE crossing (
       student_id uuid, case_id uuid, band integer, report_due boolean, band_crossed boolean, due_crossed boolean, touched boolean,
       recovery_crossed boolean, recovered boolean, hold_crossed boolean, held boolean, waits boolean, new_year boolean, situation boolean,
       full_days boolean, improvement_crossed boolean, improved boolean
     ) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO crossing
     WITH pinned AS (
       SELECT p.policy_id, p.version,
         (p.ladder #>> '{statute,firstReportEvents}')::integer AS first, (p.ladder #>> '{statute,furtherReportEvents}')::integer AS further,
         l.bands_by, l.minimum_days, l.lines, l.limits, l.inclusive,
         (SELECT array_agg(line::integer) FROM jsonb_path_query(p.ladder, '$.tasks[*].fullDays') AS line) AS full_days,
         (SELECT array_agg(line::integer ORDER BY month) FROM jsonb_array_elements_text(p.ladder -> 'firstMonths') WITH ORDINALITY AS m(line, month))
           AS first_months
       FROM policy_version p LEFT JOIN ${POLICY_LINES} AS l USING (policy_id, version)
     ), report_day AS (
       SELECT j.case_id, r.case_id AS own, r.ordinal, r.elsewhere, e.date, e.date = ANY (j.truancy_before) AS stood,
         -- A report of elsewhere rests on days that can still be cleared, too.
         e.date = ANY (j.truancy) OR r.elsewhere AND EXISTS (
           SELECT FROM jsonb_array_elements(j.pending) AS open WHERE (open ->> 'day')::date = e.date) AS stands
       FROM truancy_report r LEFT JOIN truancy_report_event e USING (case_id, school_year, ordinal)
       -- Reports on the case of a merged record count for the student as whom it counts.
       JOIN student k ON k.case_id = r.case_id LEFT JOIN student a ON a.student_id = k.merged_into
       JOIN judged j ON j.case_id = coalesce(a.case_id, r.case_id)
       WHERE r.school_year = :schoolYear AND NOT r.withdrawn
     ), rested AS (
       -- What a report rests on no longer stands as it stood, whatever did that.
       SELECT DISTINCT case_id FROM report_day WHERE own = case_id AND (stood AND NOT stands OR stands AND NOT stood AND NOT elsewhere)
     ), report AS (
       SELECT case_id, bool_or(own <> case_id) AS joined, max(stand) AS stand, max(stood) AS stood,
         (SELECT array_agg(d.date) FROM report_day d WHERE d.case_id = each.case_id AND d.date IS NOT NULL) AS served
       FROM (
         SELECT case_id, own, ordinal, count(*) FILTER (WHERE stands) AS stand, count(*) FILTER (WHERE stood) AS stood
         FROM report_day GROUP BY case_id, own, ordinal) AS each
       GROUP BY case_id
     ), touched AS (
       SELECT DISTINCT c.student_id
       FROM attendance_correction c
       JOIN student k USING (student_id)
       JOIN truancy_report_event e ON e.case_id = k.case_id AND e.date = c.date
       JOIN truancy_report r ON (r.case_id, r.school_year, r.ordinal) = (e.case_id, e.school_year, e.ordinal)
       WHERE CAST(:correctionsOf AS uuid) IN (c.delivery_id, c.change_id) AND NOT r.withdrawn
         AND (c.old - '{delivery,file,line}'::text[]) IS DISTINCT FROM (c.new - '{delivery,file,line}'::text[])
     ), asked AS (
       SELECT j.student_id, j.case_id, x.student_id IS NOT NULL OR k.case_id IS NOT NULL AND q.case_id IS NOT NULL AS touched,
         coalesce(w.band, 0) AS band_before,
         -- An early warning of the first school months (of twenty days each) wakes as the second band does.
         greatest(${bandPositionSql(lines, 'j.absences', 'j.days_enrolled')}, (
           SELECT 2 FROM unnest(CASE WHEN p.policy_id IS NULL THEN CAST(:firstMonths AS integer[]) ELSE p.first_months END)
             WITH ORDINALITY AS m(line, month)
           WHERE j.absences >= m.line AND j.days_enrolled <= 20 * m.month LIMIT 1)) AS band,
         -- The first report that may be relied upon rests on the statute's number of events; after it each further one needs fewer.
         CASE WHEN r.joined OR r.stand >= coalesce(p.first, :first) THEN coalesce(p.further, :further) ELSE coalesce(p.first, :first) END AS needed,
         CASE WHEN r.joined OR r.stood >= coalesce(p.first, :first) THEN coalesce(p.further, :further) ELSE coalesce(p.first, :first) END AS needed_before,
         ${eventsTogetherSql('j.truancy', SERVED, ':within', ':inYear')} AS unserved,
         ${eventsTogetherSql('j.truancy_before', SERVED, ':within', ':inYear')} AS unserved_before,
         coalesce(k.school_year <> :schoolYear, false) AS new_year,
         k.case_id IS NOT NULL AND (j.flags <> j.flags_before OR (j.age >= :ageUntil) <> (j.age_before >= :ageUntil)) OR k.case_id IS NULL AND j.flags && CAST(:priorYear AS text[]) AND NOT j.flags_before && CAST(:priorYear AS text[]) AS situation,
         EXISTS (
           SELECT FROM unnest(p.full_days) AS line
           WHERE (cardinality(j.truancy) - cardinality(j.occasions) >= line) <> (coalesce(j.full_days_before, 0) >= line)) AS full_days_crossed,
         -- Whether a line that was passed is one for the worse; null where none was. Few cases have such lines: nothing is asked of the others.
         CASE WHEN k.supports <> '[]' THEN (
           SELECT bool_or(m.unimproved) FILTER (WHERE m.unimproved <> m.unimproved_before)
           FROM (SELECT ${unimproved('j.since_done')} AS unimproved, ${unimproved('j.since_done_before')} AS unimproved_before
                 FROM ${supportLines('k.supports')}) AS m) END AS worse,
         k.case_id IS NOT NULL AS open, j.holds <> '[]' AS held, j.held_before, coalesce(w.report_due, false) AS told_due,
         (j.recovered_on IS NOT NULL) <> coalesce(j.recovered_before, false) AS recovery_crossed, j.recovered_on IS NOT NULL AS recovered
       FROM judged j
       LEFT JOIN case_watch w USING (student_id)
       LEFT JOIN attendance_case k ON k.case_id = j.case_id
       LEFT JOIN pinned p ON p.policy_id = k.policy_id AND p.version = k.policy_version
       LEFT JOIN report r ON r.case_id = j.case_id
       LEFT JOIN touched x ON x.student_id = j.student_id
       LEFT JOIN rested q ON q.case_id = j.case_id
     )
     SELECT student_id, case_id, band, unserved >= needed, band <> band_before AND greatest(band, band_before) >= 2 AND NOT waits,
       (unserved >= needed) <> (CASE WHEN open THEN unserved_before >= needed_before ELSE told_due END) AND NOT waits,
       touched, recovery_crossed AND NOT waits, recovered, open AND held <> held_before, held, waits, new_year, situation, full_days_crossed, worse IS NOT NULL, worse IS FALSE
     FROM (SELECT *, held AND NOT open AS waits FROM asked) AS asked`,
    { ...ruleValues(rules), schoolYear: input.schoolYear, correctionsOf: input.correctionsOf },
  );
  await trx.raw(`
    -- A denominator alone has passed a line of rates, or of days since something was done: the case takes note of a standing only if it is new.
    UPDATE standing s SET version = s.version + 1
    FROM crossing c JOIN judged j USING (student_id) WHERE s.student_id = c.student_id AND (c.band_crossed OR c.improvement_crossed) AND NOT j.changed;
    INSERT INTO outbox (case_id, standing_version)
    SELECT c.case_id, s.version FROM crossing c JOIN standing s USING (student_id)
    WHERE ${WOKEN}
    ORDER BY c.case_id
    ON CONFLICT (case_id) DO UPDATE
      SET standing_version = excluded.standing_version, next_try_at = now(), tries = 0;
    INSERT INTO case_watch AS w (student_id, band, report_due, version)
    SELECT c.student_id, c.band, c.report_due, s.version FROM crossing c JOIN standing s USING (student_id) LEFT JOIN case_watch k USING (student_id)
    WHERE ${WOKEN} OR (NOT c.waits AND (c.band, c.report_due) <> (coalesce(k.band, 0), coalesce(k.report_due, false)))
    ON CONFLICT (student_id) DO UPDATE SET band = excluded.band, report_due = excluded.report_due, version = excluded.version`);
  const { rows } = await trx.raw<{ rows: CrossingRow[] }>(
    `SELECT case_id, band_crossed, due_crossed, report_due, touched, recovery_crossed, recovered, hold_crossed, held, new_year, situation, full_days, improvement_crossed, improved FROM crossing c WHERE ${WOKEN} ORDER BY case_id`,
  );
  return rows.map((row) => ({
    caseId: row.case_id,
    why: [
      ...(row.band_crossed ? (['band'] as const) : []),
      ...(row.due_crossed ? ([row.report_due ? 'report_due' : 'report_not_due'] as const) : []),
      ...(row.touched ? (['basis_touched'] as const) : []),
      ...(row.recovery_crossed ? ([row.recovered ? 'recovered' : 'relapsed'] as const) : []),
      ...(row.new_year ? (['new_year'] as const) : []),
      ...(row.situation ? (['situation'] as const) : []),
      ...(row.full_days ? (['full_days'] as const) : []),
      ...(row.improvement_crossed ? ([row.improved ? 'improved' : 'no_improvement'] as const) : []),
      ...(row.hold_crossed ? ([row.held ? 'held' : 'hold_ended'] as const) : []),
    ],
  }));
}

interface CrossingRow {
  case_id: string;
  band_crossed: boolean;
  due_crossed: boolean;
  report_due: boolean;
  touched: boolean;
  recovery_crossed: boolean;
  recovered: boolean;
  hold_crossed: boolean;
  held: boolean;
  new_year: boolean;
  situation: boolean;
  full_days: boolean;
  improvement_crossed: boolean;
  improved: boolean;
}

const WOKEN =
  '(c.band_crossed OR c.due_crossed OR c.touched OR c.recovery_crossed OR c.hold_crossed OR c.new_year OR c.situation OR c.full_days OR c.improvement_crossed)';

/** SQL: whether the attendance since the line `m` was done has not improved by what a standing says of it. */
const unimproved = (since: string): string =>
  `EXISTS (SELECT FROM ${sinceDone(since)} WHERE d.after = m.after AND d."on" = m."on" AND ${hasNotImprovedSql('d.days', 'd.absences')})`;

/** The bands of the policy that the case is pinned to, else of the policy in force. */
const pinned = linesOf('p');
const lines: BandLines = {
  by: `coalesce(${pinned.by}, ${inForceLines.by})`,
  minimumDays: `coalesce(${pinned.minimumDays}, ${inForceLines.minimumDays})`,
  from: `coalesce(${pinned.from}, ${inForceLines.from})`,
  limits: `coalesce(${pinned.limits}, ${inForceLines.limits})`,
  inclusive: `coalesce(${pinned.inclusive}, ${inForceLines.inclusive})`,
};
