import type { Transaction } from '../../store/database.ts';
import type { StandingRules } from '../rules.ts';
import type { Span } from '../spells.ts';

/**
 * SQL: whether the stay of a student `k` that has ended was ended by the school year alone: on its school's last school day or later, by a
 * calendar that reaches May, with no reason or one that says nothing more. With the values of `yearEndValues` and of a span.
 */
export const SUMMER = {
  joins: `LEFT JOIN enrollment stay ON stay.student_id = k.student_id AND stay.entry_date = k.entry_date
    LEFT JOIN (
      SELECT school_id, max(date) AS date FROM calendar_day WHERE instructional AND date BETWEEN CAST(:yearStart AS date) AND CAST(:yearEnd AS date)
      GROUP BY school_id
    ) AS last_day ON last_day.school_id = k.school_id`,
  holds: `(k.exit_date >= last_day.date AND extract(month FROM last_day.date) IN (5, 6) AND (stay.exit_reason IS NULL OR stay.exit_reason ILIKE ANY(:yearEndReasons))) IS TRUE`,
};

export function yearEndValues({ yearEnd }: StandingRules): { yearEndReasons: string[] } {
  return { yearEndReasons: yearEnd.reasons.map((reason) => `%${reason.replaceAll(/[\\%_]/g, '\\$&')}%`) };
}

/** SQL: what is written of departures, from a query of students with what their standing is to say; the cases are told. */
const noted = (present: string): string => `
  WITH present AS (${present}), noted AS (
    UPDATE standing s SET departed = p.departed, version = s.version + 1
    FROM present p WHERE p.student_id = s.student_id AND s.departed IS DISTINCT FROM p.departed
    RETURNING s.case_id, s.version
  ), told AS (
    INSERT INTO outbox (case_id, standing_version)
    SELECT n.case_id, n.version FROM noted n JOIN attendance_case USING (case_id) ORDER BY n.case_id
    ON CONFLICT (case_id) DO UPDATE SET standing_version = excluded.standing_version, next_try_at = now(), tries = 0)
  SELECT count(*) AS n FROM noted`;

const LEFT = `jsonb_build_object('on', k.exit_date, 'reason', stay.exit_reason)`;

/**
 * Writes beside each standing whether the student has left the district: the last stay ended before the day and no other began. The
 * case is told, so that no work is opened for a student who is somewhere else now. A stay that ended with the school year is none of
 * these: that is summer. Reads the temporary table `target`.
 * @returns standings that changed
 */
export async function noteDepartures(trx: Transaction, span: Span, rules: StandingRules): Promise<number> {
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(
    noted(
      `SELECT k.student_id, CASE WHEN k.exit_date < CAST(:day AS date) AND NOT ${SUMMER.holds} THEN ${LEFT} END AS departed
       FROM target t JOIN student k USING (student_id) JOIN standing USING (student_id) ${SUMMER.joins}
       WHERE k.exit_date < CAST(:day AS date) OR standing.departed IS NOT NULL`,
    ),
    { ...span, ...yearEndValues(rules) },
  );
  return rows[0]!.n;
}

/**
 * Who went into summer and has not come back has left: no stay began though more school days of the new year have begun than the policy
 * waits for, at the student's school, or anywhere in the district where that school has no calendar any more.
 * @returns standings that changed
 */
export async function noteNoShows(
  trx: Transaction,
  { day, yearStart }: Pick<Span, 'day' | 'yearStart'>,
  rules: StandingRules,
): Promise<number> {
  const begun = (where: string): string =>
    `(SELECT count(DISTINCT date) FROM calendar_day WHERE instructional AND date >= CAST(:yearStart AS date) AND date < CAST(:day AS date) ${where})`;
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(
    noted(
      `SELECT k.student_id, ${LEFT} AS departed
       FROM standing s JOIN student k USING (student_id) LEFT JOIN enrollment stay ON stay.student_id = k.student_id AND stay.entry_date = k.entry_date
       WHERE s.departed IS NULL AND k.merged_into IS NULL AND k.exit_date < CAST(:yearStart AS date)
         AND CASE WHEN EXISTS (SELECT FROM calendar_day c WHERE c.school_id = k.school_id AND c.date >= CAST(:yearStart AS date))
             THEN ${begun('AND school_id = k.school_id')} ELSE ${begun('')} END > :returnWithin`,
    ),
    { day, yearStart, returnWithin: rules.yearEnd.returnWithin },
  );
  return rows[0]!.n;
}
