import type { Transaction } from '../store/database.ts';
import { supportLines } from '../store/no-improvement.ts';
import { trackOfStay } from '../store/tracks.ts';
import type { Span } from './spells.ts';

/**
 * Temporary table `since_done`: of the target students on whose case something was done after which the policy looks for an improvement,
 * the enrolled school days after that day, in this school year, and those that were missed. A day counts as it does in the denominator:
 * once it is over, or its attendance has come.
 */
export async function findSinceDone(trx: Transaction, span: Span): Promise<void> {
  await trx.raw(
    `DROP TABLE IF EXISTS since_done;
     CREATE TEMP TABLE since_done (student_id uuid PRIMARY KEY, since_done jsonb) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO since_done
     WITH mark AS MATERIALIZED (
       SELECT DISTINCT t.student_id, m.after, m."on"
       FROM attendance_case k JOIN target t USING (student_id) CROSS JOIN LATERAL ${supportLines('k.supports')} WHERE k.supports <> '[]'
     ), stay AS (
       SELECT m.student_id, m.after, m."on", e.school_id, ${trackOfStay(span.tracks, 'e')} AS track,
         greatest(e.entry_date, CAST(:yearStart AS date), m."on" + 1) AS since, least(e.exit_date, CAST(:day AS date)) AS until
       FROM mark m JOIN enrollment e USING (student_id)
     ), taught AS (
       SELECT p.school_id, p.track, p.since, p.until, count(*) AS days
       FROM (SELECT DISTINCT school_id, track, since, until FROM stay WHERE since <= until) AS p
       JOIN calendar_of c ON c.school_id = p.school_id AND c.track = p.track AND c.date BETWEEN p.since AND p.until AND c.instructional
       LEFT JOIN covered_day k ON k.school_id = c.school_id AND k.date = c.date AND c.date = CAST(:day AS date)
       WHERE c.date < CAST(:day AS date) OR k.date IS NOT NULL
       GROUP BY p.school_id, p.track, p.since, p.until
     ), enrolled AS (
       SELECT s.student_id, s.after, s."on", sum(t.days)::integer AS days FROM stay s JOIN taught t USING (school_id, track, since, until)
       GROUP BY s.student_id, s.after, s."on"
     ), missed AS (
       SELECT m.student_id, m.after, m."on", count(*)::integer AS days
       FROM mark m JOIN target_day a ON a.student_id = m.student_id AND a.absent AND a.date > m."on"
       JOIN school_date d ON d.school_id = a.school_id AND d.track = a.track AND d.date = a.date
       GROUP BY m.student_id, m.after, m."on"
     )
     SELECT m.student_id, jsonb_agg(jsonb_build_object('after', m.after, 'on', m."on", 'days', coalesce(e.days, 0), 'absences', coalesce(x.days, 0)) ORDER BY m.after, m."on")
     FROM mark m LEFT JOIN enrolled e USING (student_id, after, "on") LEFT JOIN missed x USING (student_id, after, "on")
     GROUP BY m.student_id`,
    { ...span },
  );
}
