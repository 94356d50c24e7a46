import type { Knex } from 'knex';

/** Why: what waits for a person moves to a student's own record while other records count as the student, and back again. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`GRANT UPDATE (student_id) ON waiting_retraction TO rollbook_worker`);
}
