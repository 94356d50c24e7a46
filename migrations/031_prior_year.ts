import type { Knex } from 'knex';

/**
 * Why: who missed much of last year is helped before this one begins. That is told as what a student is in the new year, beside what the
 * roster says.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE student_flag DROP CONSTRAINT student_flag_flag_check;
    ALTER TABLE student_flag ADD CONSTRAINT student_flag_flag_check CHECK (flag IN ('iep', 'section_504', 'english_learner', 'foster', 'homeless',
      'medical', 'juvenile_justice', 'independent_study', 'continuation', 'chronic_last_year', 'severe_last_year'));
  `);
}
