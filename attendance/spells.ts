import type { Transaction } from '../store/database.ts';
import { trackOfStay } from '../store/tracks.ts';
import type { Day } from './school-year.ts';

/** The span of one recomputation: a school year up to a day. */
export interface Span {
  day: Day;
  yearStart: Day;
  yearEnd: Day;
  /** Its name. */
  schoolYear: string;
  /** School days after the return in which an absence can be excused. */
  clearing: number;
  /** Whether any track of the district has a calendar of its own. */
  tracks: boolean;
}

/**
 * Temporary table `school_date`: each instructional day of the school year at each school in question, and on each of its tracks that
 * has a calendar of its own, up to the day, with what a spell ending on it needs to know. A day is *known* when its attendance has come
 * (covered); only such a day can show a return.
 */
export async function schoolDates(trx: Transaction, span: Span): Promise<void> {
  await trx.raw(
    `DROP TABLE IF EXISTS school_date;
     CREATE TEMP TABLE school_date (
       school_id text, track text, date date, known boolean, known_upto bigint, known_before bigint, returned_on date, window_ends date,
       own_window_ends date
     ) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO school_date
     SELECT d.school_id, d.track, d.date, d.known, d.known_upto, d.known_upto - d.known::integer, d.returned_on, w.date, o.date
     FROM (
       SELECT c.school_id, c.track, c.date, c.school_day, k.date IS NOT NULL AS known,
         count(k.date) OVER (PARTITION BY c.school_id, c.track ORDER BY c.date) AS known_upto,
         min(k.date) OVER after AS returned_on, min(c.school_day) FILTER (WHERE k.date IS NOT NULL) OVER after AS returned_day
       FROM calendar_of c LEFT JOIN covered_day k USING (school_id, date)
       WHERE c.instructional AND c.date BETWEEN CAST(:yearStart AS date) AND CAST(:day AS date)
         AND (c.school_id, c.track) IN (
           SELECT DISTINCT e.school_id, ${trackOfStay(span.tracks, 'e')} FROM target t JOIN enrollment e USING (student_id)
           UNION ALL SELECT DISTINCT a.school_id, a.track FROM target_day a)
       WINDOW after AS (PARTITION BY c.school_id, c.track ORDER BY c.date DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
     ) AS d
     LEFT JOIN calendar_of w ON w.school_id = d.school_id AND w.track = d.track AND w.instructional AND w.school_day = d.returned_day + :clearing
     LEFT JOIN calendar_of o ON o.school_id = d.school_id AND o.track = d.track AND o.instructional AND o.school_day = d.school_day + :clearing`,
    { ...span },
  );
  await trx.raw(`CREATE INDEX ON school_date (school_id, track, date); ANALYZE school_date`);
}

/**
 * Temporary table `found_spell`: the runs of absence of the target students in the school year, with return and clearing window.
 * Two absences belong to one spell when no known school day lies between them; a day whose attendance never came does not end a
 * spell. A spell belongs to one school and to one calendar. The window ends with the n-th school day after the return; null while the student has not
 * returned, or when the school's calendar ends before it.
 */
export async function findSpells(trx: Transaction, span: Span): Promise<void> {
  await trx.raw(
    `DROP TABLE IF EXISTS found_spell;
     CREATE TEMP TABLE found_spell (
       student_id uuid, school_id text, first_day date, last_day date, days integer, excused integer, unexcused integer,
       candidates date[], occasions date[], returned_on date, window_ends date
     ) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO found_spell
     WITH marked AS (
       SELECT a.student_id, a.school_id, a.date, a.excuse, a.candidate, a.truancy, d.returned_on, d.window_ends,
         CASE WHEN d.known_before <= lag(d.known_upto) OVER w AND (a.school_id, a.track) = (lag(a.school_id) OVER w, lag(a.track) OVER w) THEN 0 ELSE 1 END AS begins
       FROM target_day a
       JOIN school_date d ON d.school_id = a.school_id AND d.track = a.track AND d.date = a.date
       WHERE a.absent
       WINDOW w AS (PARTITION BY a.student_id ORDER BY a.date)
     ), numbered AS (
       SELECT *, sum(begins) OVER (PARTITION BY student_id ORDER BY date ROWS UNBOUNDED PRECEDING) AS island FROM marked
     ), island AS (
       SELECT student_id, min(school_id) AS school_id, min(date) AS first_day, max(date) AS last_day, count(*) AS days,
         count(*) FILTER (WHERE excuse IN ('excused', 'exempt')) AS excused, count(*) FILTER (WHERE excuse = 'unexcused') AS unexcused,
         array_agg(date ORDER BY date) FILTER (WHERE candidate) AS candidates,
         array_agg(date ORDER BY date) FILTER (WHERE candidate AND truancy = 'occasion') AS occasions,
         -- Of its last day.
         (array_agg(returned_on ORDER BY date))[count(*)] AS returned_on, (array_agg(window_ends ORDER BY date))[count(*)] AS window_ends
       FROM numbered GROUP BY student_id, island
     )
     SELECT i.student_id, i.school_id, i.first_day, i.last_day, i.days, i.excused, i.unexcused, i.candidates, i.occasions,
       CASE WHEN back.here THEN i.returned_on END, CASE WHEN back.here THEN i.window_ends END
     FROM island i
     LEFT JOIN enrollment e ON e.student_id = i.student_id AND e.school_id = i.school_id
       AND i.last_day BETWEEN e.entry_date AND coalesce(e.exit_date, i.last_day)
     CROSS JOIN LATERAL (SELECT i.returned_on <= coalesce(e.exit_date, i.returned_on) AS here) AS back`,
    { ...span },
  );
  await trx.raw(`ANALYZE found_spell`);
  // A student who moved during a spell returns at the next school.
  await trx.raw(
    `UPDATE found_spell f SET returned_on = r.returned_on, window_ends = r.window_ends
     FROM (
       SELECT s.student_id, s.first_day, next.*
       FROM found_spell s CROSS JOIN LATERAL (${firstDayBack(span, 's.student_id', 's.last_day + 1', 'e.entry_date > s.last_day')}) AS next
       WHERE s.returned_on IS NULL
     ) AS r
     WHERE f.student_id = r.student_id AND f.first_day = r.first_day`,
    { ...span },
  );
}

/** SQL: the first known day from a day on, at whatever school the student was then, without an absence; and the window from it. */
const firstDayBack = (span: Span, student: string, from: string, among: string): string => `
  SELECT d.date AS returned_on, d.own_window_ends AS window_ends
  FROM enrollment e
  JOIN school_date d ON d.school_id = e.school_id AND d.track = ${trackOfStay(span.tracks, 'e')} AND d.known AND d.date BETWEEN e.entry_date AND coalesce(e.exit_date, d.date)
  WHERE e.student_id = ${student} AND ${among} AND d.date >= ${from}
    AND NOT EXISTS (SELECT FROM attendance_day a WHERE a.student_id = ${student} AND a.date = d.date AND a.absent)
    AND NOT EXISTS (SELECT FROM suspended_day u WHERE u.student_id = ${student} AND u.date = d.date AND u.kind = 'OSS')
  ORDER BY d.date LIMIT 1`;

/**
 * Temporary table `found_occasion`: events on days that do not count as absent (late or gone for more than 30 minutes, EC 48260). The
 * student is back on the first known day without an absence from that day on, which is the day itself as soon as it has been submitted.
 */
export async function findOccasions(trx: Transaction, span: Span): Promise<void> {
  await trx.raw(
    `DROP TABLE IF EXISTS found_occasion;
     CREATE TEMP TABLE found_occasion (student_id uuid, day date, occasion boolean, returned_on date, window_ends date) ON COMMIT DROP;
     INSERT INTO found_occasion
     SELECT a.student_id, a.date, a.truancy = 'occasion', CASE WHEN d.known THEN d.date END, CASE WHEN d.known THEN d.own_window_ends END
     FROM target_day a JOIN school_date d ON d.school_id = a.school_id AND d.track = a.track AND d.date = a.date
     WHERE a.candidate AND NOT a.absent;
     UPDATE found_occasion f SET returned_on = r.returned_on, window_ends = r.window_ends
     FROM (
       SELECT o.student_id, o.day, next.*
       FROM found_occasion o CROSS JOIN LATERAL (${firstDayBack(span, 'o.student_id', 'o.day', 'true')}) AS next
       WHERE o.returned_on IS NULL
     ) AS r
     WHERE f.student_id = r.student_id AND f.day = r.day`,
  );
}

/** Writes the found spells over those on record, touching only what differs. @returns how many changed */
export async function writeSpells(trx: Transaction, span: Span): Promise<number> {
  const what = 'school_id, last_day, days, unexcused, returned_on, window_ends';
  await trx.raw(`DROP TABLE IF EXISTS spell_change`);
  await trx.raw(
    `CREATE TEMP TABLE spell_change ON COMMIT DROP AS
     SELECT student_id, first_day, ${what.replaceAll(/\w+/g, 'f.$&')}, f.days IS NULL AS gone, h.days IS NULL AS fresh
     FROM found_spell f
     FULL JOIN (
       SELECT s.* FROM spell s JOIN target USING (student_id) WHERE s.first_day BETWEEN CAST(:yearStart AS date) AND CAST(:yearEnd AS date)
     ) AS h USING (student_id, first_day)
     WHERE (${what.replaceAll(/\w+/g, 'f.$&')}) IS DISTINCT FROM (${what.replaceAll(/\w+/g, 'h.$&')})`,
    { ...span },
  );
  await trx.raw(`
    ANALYZE spell_change;
    DELETE FROM spell s USING spell_change c WHERE c.gone AND s.student_id = c.student_id AND s.first_day = c.first_day;
    UPDATE spell s SET ${what.replaceAll(/\w+/g, '$& = c.$&')}
    FROM spell_change c WHERE NOT c.gone AND NOT c.fresh AND s.student_id = c.student_id AND s.first_day = c.first_day`);
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(
    `WITH fresh AS (
       INSERT INTO spell (student_id, first_day, ${what}) SELECT student_id, first_day, ${what} FROM spell_change WHERE fresh ORDER BY student_id, first_day)
     SELECT count(*) AS n FROM spell_change WHERE NOT gone`,
  );
  return rows[0]!.n;
}
