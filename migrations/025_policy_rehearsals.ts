import type { Knex } from 'knex';

/**
 * Why: a policy is rehearsed by whoever decides about it, from their own desk: asked for by the API, done by the workers part by part,
 * looked at while it goes on and afterwards, and cancelled at any time. What it found is a guess about the past and no record: it is kept
 * for thirty days.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE policy_rehearsal (
      rehearsal_id uuid PRIMARY KEY DEFAULT uuidv7(),
      from_day date NOT NULL,
      to_day date NOT NULL,
      -- Null: all schools.
      schools text[],
      -- What is replayed, the draft first: [{which, document, ladder}], as it was when it was asked for.
      policies jsonb NOT NULL,
      -- The table of what people do, or "recorded": what the district's own record shows.
      responses jsonb NOT NULL,
      asked_by text NOT NULL,
      asked_role text NOT NULL,
      asked_at timestamptz NOT NULL DEFAULT now(),
      status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
      -- Students of whom something is on record; null until they have been counted.
      students integer,
      -- Of each policy: what it found but for weeks and students.
      result jsonb,
      problem text,
      ended_by text,
      ended_at timestamptz
    );
    CREATE TABLE policy_rehearsal_part (
      rehearsal_id uuid NOT NULL REFERENCES policy_rehearsal ON DELETE CASCADE,
      part integer NOT NULL,
      done integer NOT NULL DEFAULT 0,
      -- What the part found; null until it is through, and again when all have been put together.
      forecasts jsonb,
      PRIMARY KEY (rehearsal_id, part)
    );
    CREATE TABLE policy_rehearsal_week (
      rehearsal_id uuid NOT NULL REFERENCES policy_rehearsal ON DELETE CASCADE,
      which text NOT NULL CHECK (which IN ('draft', 'in_force')),
      school_id text NOT NULL,
      week date NOT NULL,
      tasks integer NOT NULL,
      calls integer NOT NULL,
      letters integer NOT NULL,
      visits integer NOT NULL,
      meetings integer NOT NULL,
      sarts integer NOT NULL,
      reports integer NOT NULL,
      referrals integer NOT NULL,
      -- Minutes of staff by role.
      minutes jsonb NOT NULL,
      PRIMARY KEY (rehearsal_id, which, school_id, week)
    );
    CREATE TABLE policy_rehearsal_student (
      rehearsal_id uuid NOT NULL REFERENCES policy_rehearsal ON DELETE CASCADE,
      which text NOT NULL CHECK (which IN ('draft', 'in_force')),
      student_id uuid NOT NULL REFERENCES student,
      school_id text NOT NULL,
      step text,
      phase text NOT NULL,
      open_tasks integer NOT NULL,
      reports integer NOT NULL,
      letters integer NOT NULL,
      referred boolean NOT NULL,
      PRIMARY KEY (rehearsal_id, which, student_id)
    );
    GRANT SELECT ON policy_rehearsal, policy_rehearsal_part, policy_rehearsal_week, policy_rehearsal_student TO rollbook_worker, rollbook_api;
    GRANT INSERT, DELETE ON policy_rehearsal TO rollbook_api;
    GRANT UPDATE (status, ended_by, ended_at) ON policy_rehearsal TO rollbook_api;
    GRANT UPDATE (status, students, responses, result, problem, ended_at) ON policy_rehearsal TO rollbook_worker;
    GRANT INSERT, UPDATE ON policy_rehearsal_part TO rollbook_worker;
    GRANT INSERT ON policy_rehearsal_week, policy_rehearsal_student TO rollbook_worker;
  `);
}
