import type { Knex } from 'knex';

/**
 * Why: a changed calendar has to find the due days that rest on it, and move them; and a school day or section whose attendance nobody
 * submitted has to be known, asked for, and able to hold what rests on it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE case_task
      ADD COLUMN due_from date,
      ADD COLUMN due_school_days integer,
      -- The calendar puts the due day elsewhere, and the case has not been told yet or has not answered.
      ADD COLUMN due_stale boolean NOT NULL DEFAULT false;
    UPDATE case_task t SET due_from = (e.body #>> '{due,from}')::date, due_school_days = (e.body #>> '{due,schoolDays}')::integer
    FROM (
      SELECT DISTINCT ON (case_id, body ->> 'task', body ->> 'round') case_id, body ->> 'task' AS task, (body ->> 'round')::integer AS round, body
      FROM case_event WHERE type IN ('task_opened', 'task_reopened')
      ORDER BY case_id, body ->> 'task', body ->> 'round', seq DESC
    ) AS e
    WHERE e.case_id = t.case_id AND e.task = t.task AND e.round = t.round;
    CREATE INDEX case_task_stale ON case_task (case_id) WHERE due_stale;
  `);
}
