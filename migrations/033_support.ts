import type { Knex } from 'knex';

/**
 * Why: a policy may look at the attendance after something was done, and open the next step where it has not improved. The case says after
 * what and since when; attendance counts the days and wakes it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The lines that the case's policy draws after what the case has done, each with the day on which that was done; empty while closed.
    ALTER TABLE attendance_case ADD COLUMN supports jsonb NOT NULL DEFAULT '[]';
    CREATE INDEX attendance_case_supports ON attendance_case (student_id) WHERE supports <> '[]';
    -- School days and absences since each of these, as of the day on which the standing was computed.
    ALTER TABLE standing ADD COLUMN since_done jsonb NOT NULL DEFAULT '[]';
    CREATE OR REPLACE VIEW current_standing AS
      SELECT s.student_id, s.case_id, s.school_id, s.version, n.as_of, s.school_year, s.age, s.absences, s.excused, s.unexcused, s.unverified,
        days_enrolled(s.student_id, n.as_of) AS days_enrolled, s.truancy, s.pending, s.occasions, s.holds, s.flags, s.recovered_on, s.chronic,
        s.departed, s.merged_into, s.joined, s.made_up, s.since_done
      FROM standing s CROSS JOIN LATERAL (SELECT greatest(s.as_of, (SELECT max(t.date) FROM district_turn t)) AS as_of) AS n;
  `);
}
