import type { Transaction } from '../store/database.ts';
import type { StandingRules } from './rules.ts';

/** Why a case is woken. */
export interface Crossing {
  caseId: string;
  why: ('band' | 'report_due' | 'report_not_due' | 'basis_touched')[];
}

/**
 * Decides in SQL which cases the recomputation wakes, and writes their messages to the outbox: cumulative, one row a case. Reads the
 * temporary table `judged`.
 *
 * A case is woken when its band of absences changed and the old or the new one is the second or a later band (lines of the policy its
 * case is pinned to, else of the policy in force); when a truancy report became due or is due no longer through a change of its
 * events (what the case itself did with its reports it knows); or when a correction touched a day on which a filed report rests.
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
       student_id uuid, case_id uuid, band integer, report_due boolean, band_crossed boolean, due_crossed boolean, touched boolean
     ) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO crossing
     WITH pinned AS (
       SELECT p.policy_id, p.version,
         (p.ladder #>> '{statute,firstReportEvents}')::integer AS first, (p.ladder #>> '{statute,furtherReportEvents}')::integer AS further,
         (SELECT array_agg(b.absences_from) FROM policy_band b WHERE b.policy_id = p.policy_id AND b.version = p.version) AS lines
       FROM policy_version p
     ), report AS (
       SELECT r.case_id, count(DISTINCT r.ordinal) AS standing, array_agg(e.date) FILTER (WHERE e.date IS NOT NULL) AS served
       FROM truancy_report r LEFT JOIN truancy_report_event e USING (case_id, school_year, ordinal)
       WHERE r.school_year = :schoolYear AND NOT r.withdrawn GROUP BY r.case_id
     ), touched AS (
       SELECT DISTINCT c.student_id
       FROM attendance_correction c
       JOIN student k USING (student_id)
       JOIN truancy_report_event e ON e.case_id = k.case_id AND e.date = c.date
       JOIN truancy_report r ON (r.case_id, r.school_year, r.ordinal) = (e.case_id, e.school_year, e.ordinal)
       WHERE CAST(:correctionsOf AS uuid) IN (c.delivery_id, c.change_id) AND NOT r.withdrawn
         AND (c.old ->> 'status', c.old ->> 'excuse') IS DISTINCT FROM (c.new ->> 'status', c.new ->> 'excuse')
     ), asked AS (
       SELECT j.student_id, j.case_id, x.student_id IS NOT NULL AS touched,
         coalesce(w.band, 0) AS band_before,
         (SELECT count(*) FROM unnest(coalesce(p.lines, CAST(:lines AS integer[]))) AS line WHERE line <= j.absences)::integer AS band,
         CASE WHEN coalesce(r.standing, 0) = 0 THEN coalesce(p.first, :first) ELSE coalesce(p.further, :further) END AS needed,
         (SELECT count(*) FROM unnest(j.truancy) AS day WHERE day <> ALL (coalesce(r.served, '{}'))) AS unserved,
         (SELECT count(*) FROM unnest(j.truancy_before) AS day WHERE day <> ALL (coalesce(r.served, '{}'))) AS unserved_before
       FROM judged j
       LEFT JOIN case_watch w USING (student_id)
       LEFT JOIN attendance_case k ON k.case_id = j.case_id
       LEFT JOIN pinned p ON p.policy_id = k.policy_id AND p.version = k.policy_version
       LEFT JOIN report r ON r.case_id = j.case_id
       LEFT JOIN touched x ON x.student_id = j.student_id
     )
     SELECT student_id, case_id, band, unserved >= needed, band <> band_before AND greatest(band, band_before) >= 2,
       (unserved >= needed) <> (unserved_before >= needed), touched
     FROM asked`,
    {
      schoolYear: input.schoolYear,
      correctionsOf: input.correctionsOf,
      lines: rules.bands.map((band) => band.from),
      first: rules.firstReportEvents,
      further: rules.furtherReportEvents,
    },
  );
  await trx.raw(`
    INSERT INTO outbox (case_id, standing_version)
    SELECT c.case_id, s.version FROM crossing c JOIN standing s USING (student_id)
    WHERE c.band_crossed OR c.due_crossed OR c.touched
    ORDER BY c.case_id
    ON CONFLICT (case_id) DO UPDATE
      SET standing_version = excluded.standing_version, next_try_at = now(), tries = 0;
    INSERT INTO case_watch AS w (student_id, band, report_due, version)
    SELECT c.student_id, c.band, c.report_due, s.version FROM crossing c JOIN standing s USING (student_id) LEFT JOIN case_watch k USING (student_id)
    WHERE c.band_crossed OR c.due_crossed OR c.touched OR (c.band, c.report_due) <> (coalesce(k.band, 0), coalesce(k.report_due, false))
    ON CONFLICT (student_id) DO UPDATE SET band = excluded.band, report_due = excluded.report_due, version = excluded.version`);
  const { rows } = await trx.raw<{
    rows: {
      case_id: string;
      band_crossed: boolean;
      due_crossed: boolean;
      report_due: boolean;
      touched: boolean;
    }[];
  }>(
    `SELECT case_id, band_crossed, due_crossed, report_due, touched FROM crossing
     WHERE band_crossed OR due_crossed OR touched ORDER BY case_id`,
  );
  return rows.map((row) => ({
    caseId: row.case_id,
    why: [
      ...(row.band_crossed ? (['band'] as const) : []),
      ...(row.due_crossed ? ([row.report_due ? 'report_due' : 'report_not_due'] as const) : []),
      ...(row.touched ? (['basis_touched'] as const) : []),
    ],
  }));
}
