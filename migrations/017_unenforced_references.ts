import type { Knex } from 'knex';

/**
 * Why: the first load of a large district's year writes millions of day records and spells. Each is made from a join with the school,
 * delivery and student it names, so asking for them again, row by row, finds nothing and takes half of the writing. The references stay
 * declared. Two indexes of spells served one count a day, which a scan answers.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE attendance_day
      ALTER CONSTRAINT attendance_day_school_id_fkey NOT ENFORCED,
      ALTER CONSTRAINT attendance_day_delivery_id_fkey NOT ENFORCED;
    ALTER TABLE spell
      ALTER CONSTRAINT spell_school_id_fkey NOT ENFORCED,
      ALTER CONSTRAINT spell_student_id_fkey NOT ENFORCED;
    DROP INDEX spell_window, spell_first;
  `);
}
