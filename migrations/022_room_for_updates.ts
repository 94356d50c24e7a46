import type { Knex } from 'knex';

/**
 * Why: the first load of a large district's year writes millions of day records, each from a join with the student it names, and asking
 * for the student again is a third of the writing; the reference stays declared, as those of 017 do. And each night changes one standing
 * and one spell of every student who was absent or has returned: with room on its page the new row stays beside the old one, and no
 * index is written.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE attendance_day ALTER CONSTRAINT attendance_day_student_id_fkey NOT ENFORCED;
    ALTER TABLE spell SET (fillfactor = 90);
    ALTER TABLE standing SET (fillfactor = 80);
  `);
}
