import type { Knex } from 'knex';

/** Why: a student is held by retractions that wait for a person as well as by a code without a meaning, also while two records count as one. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE OR REPLACE VIEW held_day AS
      SELECT coalesce(k.merged_into, h.student_id) AS student_id, h.date, h.why
      FROM (
        SELECT student_id, date, 'code_not_mapped' AS why FROM held_row WHERE settled IS NULL
        UNION SELECT student_id, date, 'retractions_waiting' FROM waiting_retraction WHERE settled IS NULL
      ) AS h JOIN student k USING (student_id);
  `);
}
