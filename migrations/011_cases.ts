import type { Knex } from 'knex';

/**
 * Why: a list of cases has to tell who is monitored, recovered, back again or gone without folding every case, and a task that a
 * recovery pauses is neither open nor withdrawn.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE attendance_case
      ADD COLUMN phase text NOT NULL DEFAULT 'open' CHECK (phase IN ('open', 'monitoring', 'recovered', 'reopened', 'closed')),
      -- Times the case has begun: one more each time the student came back.
      ADD COLUMN episode integer NOT NULL DEFAULT 1;
    ALTER TABLE case_task DROP CONSTRAINT case_task_status_check,
      ADD CHECK (status IN ('open', 'done', 'unavailable', 'withdrawn', 'paused'));
  `);
}
