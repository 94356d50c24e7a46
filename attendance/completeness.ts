import type { SubmissionsPolicy } from '../policy/submissions.ts';
import type { Transaction } from '../store/database.ts';
import { hasTracks, trackOfStay } from '../store/tracks.ts';
import { notReleased } from './school-start.ts';
import { schoolYearOf, type Day } from './school-year.ts';

/** What noticing changed. */
export interface Noticed {
  /** School days and sections that are missing since now, and those that came. */
  missing: number;
  came: number;
}

/**
 * Notices which school days and sections are missing as of a day, and holds or frees the students concerned: their standings are in
 * `touched_student` afterwards, to be recomputed.
 *
 * A section is missing when its source says that attendance was due and nobody submitted it. A whole school day is missing when its
 * source says so, or when nothing has come of it (no complete delivery, no submission) and as many later school days of the school have
 * begun as the policy gives for a late file. Days before the school year's first day of which anything has come are not asked for: they
 * were over before the district began.
 */
export async function noticeMissing(trx: Transaction, day: Day, rules: SubmissionsPolicy): Promise<Noticed> {
  const { from: yearStart, to: yearEnd } = schoolYearOf(day);
  const values = { day, yearStart, yearEnd, grace: rules.graceSchoolDays };
  await trx.raw(
    `DROP TABLE IF EXISTS missing_now; CREATE TEMP TABLE missing_now (school_id text, date date, section text, period text) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO missing_now
     SELECT school_id, date, section, period FROM submission
     WHERE submitted_at IS NULL AND date BETWEEN CAST(:yearStart AS date) AND CAST(:day AS date)
     UNION
     SELECT c.school_id, c.date, '', ''
     FROM calendar_day c
     JOIN (SELECT school_id, max(school_day) AS number FROM calendar_day WHERE instructional AND date <= CAST(:day AS date) GROUP BY school_id) AS today
       USING (school_id)
     WHERE c.instructional AND c.date BETWEEN CAST(:yearStart AS date) AND CAST(:day AS date)
       AND c.date >= (SELECT min(date) FROM covered_day WHERE date >= CAST(:yearStart AS date))
       AND today.number - c.school_day > :grace
       AND NOT EXISTS (SELECT FROM covered_day k WHERE k.school_id = c.school_id AND k.date = c.date)`,
    values,
  );
  const { rows } = await trx.raw<{ rows: Noticed[] }>(
    `WITH came AS (
       UPDATE missing_submission m SET came_on = CAST(:day AS date)
       WHERE m.came_on IS NULL AND m.date BETWEEN CAST(:yearStart AS date) AND CAST(:yearEnd AS date)
         AND NOT EXISTS (SELECT FROM missing_now n WHERE (n.school_id, n.date, n.section, n.period) = (m.school_id, m.date, m.section, m.period))
       RETURNING 1
     ), noticed AS (
       INSERT INTO missing_submission AS m (school_id, date, section, period, noticed_on)
       SELECT n.school_id, n.date, n.section, n.period, CAST(:day AS date) FROM missing_now n
       LEFT JOIN missing_submission k USING (school_id, date, section, period)
       WHERE k.school_id IS NULL OR k.came_on IS NOT NULL
       ON CONFLICT (school_id, date, section, period) DO UPDATE SET noticed_on = excluded.noticed_on, came_on = NULL
       RETURNING 1
     )
     SELECT (SELECT count(*) FROM noticed) AS missing, (SELECT count(*) FROM came) AS came`,
    values,
  );
  await hold(trx);
  return rows[0] ?? { missing: 0, came: 0 };
}

/** Holds the students who rest on something missing, since the first such day, and frees the others. Nobody rests on a day off their track. */
async function hold(trx: Transaction): Promise<void> {
  const expected = (await hasTracks(trx))
    ? `AND NOT EXISTS (
         SELECT FROM track_day t
         WHERE t.school_id = e.school_id AND t.track = ${trackOfStay(true, 'e')} AND t.date = n.date AND NOT t.instructional)`
    : '';
  await trx.raw(
    `DROP TABLE IF EXISTS hold_now;
     CREATE TEMP TABLE hold_now (student_id uuid, since date) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO hold_now
     SELECT student_id, min(date) FROM (
       SELECT e.student_id, n.date FROM missing_now n
       JOIN enrollment e ON e.school_id = n.school_id AND n.date BETWEEN e.entry_date AND coalesce(e.exit_date, n.date)
       WHERE n.section = '' AND n.period = '' ${expected}
       UNION ALL
       SELECT s.student_id, n.date FROM missing_now n
       JOIN section_enrollment s ON s.school_id = n.school_id AND s.section_id = n.section
         AND n.date BETWEEN s.since AND coalesce(s.until, n.date)
       WHERE n.section <> ''
     ) AS resting GROUP BY student_id`,
  );
  await trx.raw(
    `WITH freed AS (
       DELETE FROM standing_hold h WHERE h.why = 'day_not_submitted' AND NOT EXISTS (SELECT FROM hold_now n WHERE n.student_id = h.student_id)
       RETURNING student_id
     ), held AS (
       INSERT INTO standing_hold AS h (student_id, why, since)
       SELECT n.student_id, 'day_not_submitted', n.since FROM hold_now n
       LEFT JOIN standing_hold k ON k.student_id = n.student_id AND k.why = 'day_not_submitted'
       WHERE k.since IS DISTINCT FROM n.since
       ON CONFLICT (student_id, why) DO UPDATE SET since = excluded.since
       RETURNING student_id
     )
     INSERT INTO touched_student SELECT student_id FROM freed UNION ALL SELECT student_id FROM held`,
  );
}

/**
 * Reminds, once each, the roles that the policy names of what is still missing: so many school days after the missing one. A whole
 * school day has no teacher; it is the attendance clerk who is asked for it. Nobody is reminded at a school that waits to be released.
 * @returns how many reminders were written
 */
export async function remind(trx: Transaction, day: Day, rules: SubmissionsPolicy): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `INSERT INTO submission_reminder (school_id, date, section, period, role, reminded_on)
     SELECT m.school_id, m.date, m.section, m.period, CASE WHEN r.role = 'teacher' AND m.section = '' AND m.period = '' THEN 'clerk' ELSE r.role END,
       CAST(:day AS date)
     FROM missing_submission m
     CROSS JOIN jsonb_to_recordset(CAST(:remind AS jsonb)) AS r(role text, after integer)
     JOIN LATERAL (
       SELECT count(*) AS passed FROM calendar_day c
       WHERE c.school_id = m.school_id AND c.instructional AND c.date > m.date AND c.date <= CAST(:day AS date)) AS since ON true
     WHERE m.came_on IS NULL AND since.passed >= r.after
       AND NOT EXISTS (SELECT FROM school_start k WHERE k.school_id = m.school_id AND ${notReleased('k')})
     ON CONFLICT DO NOTHING`,
    { day, remind: JSON.stringify(rules.remind) },
  );
  return rowCount;
}
