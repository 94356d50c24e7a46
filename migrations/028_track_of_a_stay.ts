import type { Knex } from 'knex';

/** Why: a student's clearing windows and due days go by the calendar of the student's own track, where the track has one. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The track whose calendar counts for a student at a school on a day: that of the stay then, or of the last one begun by then. Empty
    -- where the school's own calendar counts.
    CREATE FUNCTION track_on(student uuid, school text, on_day date) RETURNS text LANGUAGE sql STABLE AS $$
      SELECT coalesce((
        SELECT CASE e.track WHEN '' THEN '' ELSE calendar_track(e.school_id, e.track) END FROM enrollment e
        WHERE e.student_id = $1 AND e.school_id = $2 AND e.entry_date <= $3
        ORDER BY e.entry_date DESC LIMIT 1), '')
    $$;
  `);
}
