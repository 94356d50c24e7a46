import type { Knex } from 'knex';

/**
 * Why: the first load of a large district's year writes millions of day records, each from a join with the student it names, and asking
 * for the student again is a third of the writing; the reference stays declared, as those of 017 do. And each night changes one standing
 * and one spell of every student who was absent or has returned: with room on its page the new row stays beside the old one, and no
 * index is written. Days enrolled were counted day by day; the calendar's running numbers tell them by subtraction.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE attendance_day ALTER CONSTRAINT attendance_day_student_id_fkey NOT ENFORCED;
    ALTER TABLE spell SET (fillfactor = 90);
    ALTER TABLE standing SET (fillfactor = 80);

    -- Days enrolled in the school year of a day, up to it: the school was taught; the day itself once its attendance has come
    -- (EC 60901(c)(1)). The same as judging does for many at a time.
    CREATE OR REPLACE FUNCTION days_enrolled(student uuid, day date) RETURNS integer LANGUAGE sql STABLE AS $$
      SELECT coalesce(sum(
          coalesce((SELECT c.school_day FROM calendar_of c
            WHERE c.school_id = e.school_id AND c.track = s.track AND c.date <= s.until ORDER BY c.date DESC LIMIT 1), 0)
          - coalesce((SELECT c.school_day FROM calendar_of c
            WHERE c.school_id = e.school_id AND c.track = s.track AND c.date < s.since ORDER BY c.date DESC LIMIT 1), 0)
          - CASE WHEN s.until = day AND NOT EXISTS (SELECT FROM covered_day k WHERE k.school_id = e.school_id AND k.date = day)
              AND EXISTS (SELECT FROM calendar_of c WHERE c.school_id = e.school_id AND c.track = s.track AND c.date = day AND c.instructional)
            THEN 1 ELSE 0 END), 0)::integer
      FROM enrollment e
      CROSS JOIN LATERAL (
        SELECT CASE e.track WHEN '' THEN '' ELSE calendar_track(e.school_id, e.track) END AS track,
          greatest(e.entry_date, make_date(extract(year FROM day)::integer - (extract(month FROM day) < 7)::integer, 7, 1)) AS since,
          least(coalesce(e.exit_date, day), day) AS until) AS s
      WHERE e.student_id = student AND s.since <= s.until
    $$;
  `);
}
