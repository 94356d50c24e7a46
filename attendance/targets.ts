import { bandPositionSql } from '../store/band-position.ts';
import { hasNotImprovedSql, sinceDone, supportLines } from '../store/no-improvement.ts';
import type { Transaction } from '../store/database.ts';
import { trackOfDay, trackOfStay } from '../store/tracks.ts';
import { SUMMER, yearEndValues } from './roster/departures.ts';
import { inForceLines, ruleValues, type StandingRules } from './rules.ts';
import type { Span } from './spells.ts';

/**
 * Whose standing is recomputed: everybody; some students; those whom the transaction has touched; or those whom the day itself
 * changes.
 */
export type Whose = 'all' | 'touched' | 'due' | string[];

/**
 * Temporary tables `target`, the students enrolled in the school year so far among those asked for, whose standing is not of a later
 * day; and `target_day`, their records of the school year, with a day of suspension as an excused absence out of school and as
 * presence in school. A *candidate* is a truancy event unless it is excused: unexcused, or
 * unverified where the policy counts that at the window's end, and at compulsory age on that day (EC 48200).
 * @returns how many students
 */
export async function findTargets(trx: Transaction, span: Span, whose: Whose, rules: StandingRules): Promise<number> {
  // Birthdays of 29 February fall on 1 March in other years.
  const birthday = (years: string) =>
    `(SELECT x.day + (extract(day FROM x.day) <> extract(day FROM k.birthdate))::integer FROM (SELECT (k.birthdate + make_interval(years => ${years}))::date AS day) AS x)`;
  await trx.raw(
    `DROP TABLE IF EXISTS target;
     CREATE TEMP TABLE target (
       student_id uuid PRIMARY KEY, case_id uuid, school_id text, age integer, next_birthday date, compulsory_from date, compulsory_until date
     ) ON COMMIT DROP`,
  );
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `INSERT INTO target
     SELECT k.student_id, k.case_id, k.school_id, coalesce(a.age, 0), ${birthday('a.age + 1')},
       ${birthday('CAST(:ageFrom AS integer)')}, ${birthday('CAST(:ageUntil AS integer)')}
     FROM student k LEFT JOIN standing s USING (student_id)
     CROSS JOIN LATERAL (SELECT extract(year FROM age(CAST(:day AS date), k.birthdate))::integer AS age) AS a
     WHERE k.merged_into IS NULL AND ${among(whose, rules)}
       AND (s.as_of IS NULL OR s.as_of <= CAST(:day AS date))
       AND EXISTS (
         SELECT FROM enrollment e WHERE e.student_id = k.student_id
           AND e.entry_date <= CAST(:day AS date) AND coalesce(e.exit_date, CAST(:day AS date)) >= CAST(:yearStart AS date))`,
    { ...span, ...ruleValues(rules), ...yearEndValues(rules), students: Array.isArray(whose) ? whose : [] },
  );
  if (rowCount === 0) return 0;
  await trx.raw(
    `ANALYZE target;
     DROP TABLE IF EXISTS target_day;
     CREATE TEMP TABLE target_day (
       student_id uuid, date date, school_id text, track text, absent boolean, excuse text, truancy text, candidate boolean
     ) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO target_day
     SELECT a.student_id, a.date, a.school_id, ${trackOfDay(span.tracks, 'a')}, a.absent OR u.kind IS NOT NULL, CASE WHEN u.kind IS NULL THEN a.excuse ELSE 'excused' END,
       CASE WHEN u.kind IS NULL THEN a.truancy END,
       u.kind IS NULL AND a.truancy IS NOT NULL AND a.excuse = ANY(:counting) AND a.date >= t.compulsory_from AND a.date < t.compulsory_until
     FROM target t JOIN attendance_day a USING (student_id) LEFT JOIN suspended_day u ON u.student_id = a.student_id AND u.date = a.date
     WHERE a.date BETWEEN CAST(:yearStart AS date) AND CAST(:day AS date) AND (a.absent OR a.truancy IS NOT NULL OR u.kind = 'OSS')
       AND u.kind IS DISTINCT FROM 'ISS'
     UNION ALL
     SELECT u.student_id, u.date, u.school_id, ${trackOfDay(span.tracks, 'u')}, true, 'excused', NULL, false
     FROM target t JOIN suspended_day u USING (student_id)
     WHERE u.kind = 'OSS' AND u.date BETWEEN CAST(:yearStart AS date) AND CAST(:day AS date)
       AND NOT EXISTS (SELECT FROM attendance_day a WHERE a.student_id = u.student_id AND a.date = u.date)`,
    { ...span, counting: rules.unverified === 'unexcused' ? ['unexcused', 'unverified'] : ['unexcused'] },
  );
  await trx.raw(`ANALYZE target_day`);
  return rowCount;
}

function among(whose: Whose, rules: StandingRules): string {
  if (whose === 'all') return 'true';
  if (whose === 'touched') return 'k.student_id IN (SELECT student_id FROM touched_student)';
  if (whose === 'due') return `k.student_id IN (${due(rules)})`;
  return 'k.student_id = ANY(CAST(:students AS uuid[]))';
}

/**
 * SQL: students whom a day changes though no row does: no standing in this school year yet; a window that has ended, a birthday, a flag
 * (`changes_on`); a denominator that has grown past a line; days enough without absence to recover, or since something was done.
 */
function due(rules: StandingRules): string {
  const byRate = rules.bandsBy !== 'count';
  return `
    SELECT k.student_id FROM student k LEFT JOIN standing s USING (student_id)
    WHERE s.student_id IS NULL OR s.school_year <> :schoolYear OR s.changes_on IS NULL OR s.changes_on <= CAST(:day AS date)
    UNION ALL
    SELECT s.student_id
    FROM standing s JOIN denominator n USING (student_id) ${byRate ? 'LEFT JOIN case_watch w USING (student_id)' : ''}
    WHERE s.absences > 0 AND (s.chronic <> (n.days > 0 AND (s.absences::float8 - s.made_up) / n.days >= :chronicRate)
      ${byRate ? `OR coalesce(w.band, 0) <> ${bandPositionSql(inForceLines, 's.absences', 'n.days')}` : ''})
    UNION ALL
    ${UNIMPROVED}
    UNION ALL
    SELECT student_id FROM suspended_day WHERE date = CAST(:day AS date)
    UNION ALL
    SELECT k.student_id FROM student k JOIN standing s USING (student_id) ${SUMMER.joins}
    WHERE k.exit_date < CAST(:day AS date) AND s.departed IS NULL AND NOT ${SUMMER.holds}
    ${rules.recovery ? RECOVERING : ''}`;
}

/** SQL: whose days since something was done have grown past a line of the policy, and for whom nobody has counted them yet. */
const UNIMPROVED = `
    SELECT s.student_id
    FROM attendance_case k JOIN standing s USING (student_id) JOIN denominator n USING (student_id)
    CROSS JOIN LATERAL ${supportLines('k.supports')}
    LEFT JOIN LATERAL ${sinceDone('s.since_done')} ON d.after = m.after AND d."on" = m."on"
    WHERE k.supports <> '[]' AND s.absences > 0
      AND (d.days IS NULL OR ${hasNotImprovedSql('d.days', 'd.absences')} <> ${hasNotImprovedSql('(d.days + n.days - s.days_enrolled)', 'd.absences')})`;

/** SQL: of those who have not recovered yet and have something to recover from, who was absent rarely enough in the last school days. */
const RECOVERING = `
    UNION ALL
    SELECT s.student_id
    FROM standing s
    JOIN (
      SELECT school_id, min(date) AS since FROM (
        SELECT school_id, date, row_number() OVER (PARTITION BY school_id ORDER BY date DESC) AS back FROM covered_day
        WHERE date BETWEEN CAST(:yearStart AS date) AND CAST(:day AS date)) AS known
      WHERE back <= :recoveryDays GROUP BY school_id HAVING count(*) = :recoveryDays
    ) AS recent USING (school_id)
    WHERE s.recovered_on IS NULL AND s.absences >= :recoveryFrom
      AND (SELECT count(*) FROM attendance_day a WHERE a.student_id = s.student_id AND a.absent AND a.date >= recent.since) <= :recoveryAbsences`;

/**
 * Temporary table `denominator`: days enrolled in the school year so far of all students or the targets (EC 60901(c)(1): enrolled,
 * and school was taught; the day itself once its attendance has come). Students who entered a school on one day share one count.
 */
export async function findDenominators(trx: Transaction, span: Span, of: 'all' | 'targets'): Promise<void> {
  await trx.raw(
    `DROP TABLE IF EXISTS denominator;
     CREATE TEMP TABLE denominator (student_id uuid, days bigint) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO denominator
     WITH stay AS MATERIALIZED (
       SELECT e.student_id, e.school_id, ${trackOfStay(span.tracks, 'e')} AS track,
         greatest(e.entry_date, CAST(:yearStart AS date)) AS since,
         least(e.exit_date, CAST(:day AS date)) AS until
       FROM enrollment e ${of === 'targets' ? 'JOIN target USING (student_id)' : ''}
       WHERE e.entry_date <= CAST(:day AS date) AND coalesce(e.exit_date, CAST(:day AS date)) >= CAST(:yearStart AS date)
     ), taught AS (
       SELECT p.school_id, p.track, p.since, p.until, count(*) AS days
       FROM (SELECT DISTINCT school_id, track, since, until FROM stay) AS p
       JOIN calendar_of d ON d.school_id = p.school_id AND d.track = p.track AND d.date BETWEEN p.since AND p.until AND d.instructional
       LEFT JOIN covered_day k ON k.school_id = d.school_id AND k.date = d.date AND d.date = CAST(:day AS date)
       WHERE d.date < CAST(:day AS date) OR k.date IS NOT NULL
       GROUP BY p.school_id, p.track, p.since, p.until
     )
     SELECT s.student_id, sum(t.days) FROM stay s JOIN taught t USING (school_id, track, since, until) GROUP BY s.student_id`,
    { ...span },
  );
  await trx.raw(`ANALYZE denominator`);
}
