import type { Transaction } from '../store/database.ts';
import { inForceLines, ruleValues, type StandingRules } from './rules.ts';
import { bandPositionSql } from '../store/band-position.ts';
import { trackOfStay } from '../store/tracks.ts';
import type { Span } from './spells.ts';

/**
 * Temporary table `recovery`: the target students who have recovered, and since when. A student whose band is the rule's or a later one
 * has recovered while, of the last so many submitted school days at which the student was enrolled, no more were missed than the
 * attendance that the rule asks for allows; these days lie after the absence that brought the student to the band's count. The day is
 * the first since when that has been so without a break. An absence on a day that was not submitted counts with the submitted day
 * before it. Bands never fall by themselves: this is how better attendance is told.
 *
 * Days are numbered through a student's schools. Each absence whose number of followers that the rule allows comes within the window
 * keeps the student from recovering until as many days after it as the window is long; the last of these decides.
 */
export async function findRecovery(trx: Transaction, span: Span, rules: StandingRules): Promise<void> {
  await trx.raw(
    `DROP TABLE IF EXISTS recovery; CREATE TEMP TABLE recovery (student_id uuid PRIMARY KEY, recovered_on date) ON COMMIT DROP`,
  );
  if (!rules.recovery) return;
  await trx.raw(
    `INSERT INTO recovery
     WITH eligible AS (
       SELECT a.student_id
       FROM (SELECT student_id, sum(days) AS absences FROM found_spell GROUP BY student_id) AS a
       LEFT JOIN denominator n USING (student_id)
       WHERE ${bandPositionSql(inForceLines, 'a.absences', 'coalesce(n.days, 0)')} >= :recoveryPosition
     ), stay AS (
       SELECT e.student_id, e.school_id, ${trackOfStay(span.tracks, 'e')} AS track, k.since, k.until
       FROM eligible JOIN enrollment e USING (student_id)
       CROSS JOIN LATERAL (SELECT greatest(e.entry_date, CAST(:yearStart AS date)) AS since, least(coalesce(e.exit_date, :day), CAST(:day AS date)) AS until) AS k
       WHERE k.since <= k.until
     ), known AS (
       SELECT p.school_id, p.track, p.since, p.until, min(d.known_before) AS base, max(d.known_upto) - min(d.known_before) AS days
       FROM (SELECT DISTINCT school_id, track, since, until FROM stay) AS p
       JOIN school_date d ON d.school_id = p.school_id AND d.track = p.track AND d.date BETWEEN p.since AND p.until
       GROUP BY p.school_id, p.track, p.since, p.until
     ), numbered AS (
       SELECT s.student_id, s.school_id, s.track, s.since, s.until, k.days,
         coalesce(sum(k.days) OVER (PARTITION BY s.student_id ORDER BY s.since ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) - k.base AS shift
       FROM stay s JOIN known k USING (school_id, track, since, until)
     ), absence AS (
       SELECT n.student_id, d.known_upto + n.shift AS at, row_number() OVER w AS place,
         lead(d.known_upto + n.shift, :recoveryAbsences) OVER w AS last_allowed
       FROM numbered n
       JOIN target_day a ON a.student_id = n.student_id AND a.school_id = n.school_id AND a.absent AND a.date BETWEEN n.since AND n.until
       JOIN school_date d ON d.school_id = n.school_id AND d.track = n.track AND d.date = a.date
       WINDOW w AS (PARTITION BY n.student_id ORDER BY a.date)
     ), after AS (
       SELECT student_id,
         greatest(0, max(at) FILTER (WHERE last_allowed - at < :recoveryDays), max(at) FILTER (WHERE place = :recoveryFrom)) + :recoveryDays AS at
       FROM absence GROUP BY student_id
     )
     SELECT f.student_id, d.date
     FROM after f JOIN numbered n USING (student_id)
     JOIN school_date d ON d.school_id = n.school_id AND d.track = n.track AND d.known AND d.known_upto + n.shift = f.at AND d.date BETWEEN n.since AND n.until`,
    { ...span, ...ruleValues(rules) },
  );
  await trx.raw(`ANALYZE recovery`);
}
