import type { Knex } from 'knex';

/** Why: a policy may take days made up in attendance recovery (EC 46211) off the chronic-absence rate; the absences stay what they are. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Days of credit within the caps of a week and a year; 0 where the policy does not count them.
    ALTER TABLE standing ADD COLUMN made_up double precision NOT NULL DEFAULT 0;
    CREATE OR REPLACE VIEW current_standing AS
      SELECT s.student_id, s.case_id, s.school_id, s.version, n.as_of, s.school_year, s.age, s.absences, s.excused, s.unexcused, s.unverified,
        days_enrolled(s.student_id, n.as_of) AS days_enrolled, s.truancy, s.pending, s.occasions, s.holds, s.flags, s.recovered_on, s.chronic,
        s.departed, s.merged_into, s.joined, s.made_up
      FROM standing s CROSS JOIN LATERAL (SELECT greatest(s.as_of, (SELECT max(t.date) FROM district_turn t)) AS as_of) AS n;
  `);
}
