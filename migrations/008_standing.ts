import type { Knex } from 'knex';

/**
 * Why: half a million standings must not be written anew each night because a day has passed. A standing now says when it will change
 * by itself and whether it waits for a return, so that a turn of the day finds the few that do; its date and its denominator are
 * derived when it is read. Bands by attendance rate need their limits beside their counts; and whatever holds a standing needs a place.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE standing
      -- The statute's rate of chronic absence is reached: the one line of the denominator that every case has.
      ADD COLUMN chronic boolean NOT NULL DEFAULT false,
      -- First day on which it changes though no row does: a window has ended, a birthday, a flag that begins or ends.
      ADD COLUMN changes_on date,
      -- Some absence of it has not been followed by a submitted day yet: a day that is submitted changes it.
      ADD COLUMN awaits_return boolean NOT NULL DEFAULT true;
    -- Unknown until the next turn, which recomputes what is due.
    UPDATE standing SET changes_on = as_of;
    CREATE INDEX standing_changes ON standing (changes_on);
    CREATE INDEX standing_awaits ON standing (student_id) WHERE awaits_return;
    CREATE INDEX spell_window ON spell (window_ends) WHERE unexcused > 0;
    CREATE INDEX spell_first ON spell (first_day);

    ALTER TABLE policy_band
      -- Null where bands go by the rate of attendance alone.
      ALTER COLUMN absences_from DROP NOT NULL,
      -- Attendance per mille below which the band begins, or at which too; null in the first band, and where bands go by count.
      ADD COLUMN attendance_limit integer,
      ADD COLUMN limit_inclusive boolean NOT NULL DEFAULT false;

    -- Reasons, beyond held days, for which nothing may escalate on a student's standing. Whoever adds or takes one away has the standing recomputed.
    CREATE TABLE standing_hold (
      student_id uuid NOT NULL REFERENCES student,
      why text NOT NULL,
      since date NOT NULL,
      PRIMARY KEY (student_id, why)
    );

    -- Days enrolled in the school year of a day, up to it: the school was taught; the day itself once its attendance has come
    -- (EC 60901(c)(1)). The same as judging does for many at a time.
    CREATE FUNCTION days_enrolled(student uuid, day date) RETURNS integer LANGUAGE sql STABLE AS $$
      SELECT count(*)::integer
      FROM enrollment e
      JOIN calendar_day c ON c.school_id = e.school_id AND c.instructional
        AND c.date >= greatest(e.entry_date, make_date(extract(year FROM day)::integer - (extract(month FROM day) < 7)::integer, 7, 1))
        AND c.date <= least(coalesce(e.exit_date, day), day)
      WHERE e.student_id = student
        AND (c.date < day OR EXISTS (SELECT FROM covered_day k WHERE k.school_id = c.school_id AND k.date = c.date))
    $$;

    -- Standings as they are now. One that nothing has touched still holds on the last day that turned; its denominator has grown.
    CREATE VIEW current_standing AS
      SELECT s.student_id, s.case_id, s.school_id, s.version, n.as_of, s.school_year, s.age, s.absences, s.excused, s.unexcused, s.unverified,
        days_enrolled(s.student_id, n.as_of) AS days_enrolled, s.truancy, s.pending, s.occasions, s.holds, s.flags, s.recovered_on, s.chronic
      FROM standing s CROSS JOIN LATERAL (SELECT greatest(s.as_of, (SELECT max(t.date) FROM district_turn t)) AS as_of) AS n;

    GRANT SELECT ON standing_hold, current_standing TO rollbook_worker, rollbook_api;
    GRANT INSERT, UPDATE, DELETE ON standing_hold TO rollbook_worker;
  `);
}
