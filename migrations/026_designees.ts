import type { Knex } from 'knex';

/**
 * Why: a task names people and not only a role. A district designates who does the work of a role, a step or a task at a school, with
 * substitutes for a span of days; and it says which posts every school has to fill, so that one which nobody holds is noticed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE designee (
      designee_id uuid PRIMARY KEY DEFAULT uuidv7(),
      -- Null: in the whole district.
      school_id text REFERENCES school,
      -- Whose work it is: of a role, of a step of the ladder, or of one task.
      duty_kind text NOT NULL CHECK (duty_kind IN ('role', 'step', 'task')),
      duty text NOT NULL,
      person_id text NOT NULL REFERENCES person,
      from_day date NOT NULL,
      until_day date,
      -- A substitute: acts in place of that designee, for a span of days.
      stands_in_for uuid REFERENCES designee,
      note text NOT NULL,
      named_by text NOT NULL,
      named_role text NOT NULL,
      named_at timestamptz NOT NULL,
      ended_by text,
      ended_role text,
      ended_at timestamptz,
      ended_why text,
      -- Ended, and nobody is wanted in the place: the work is the role's again.
      given_up boolean NOT NULL DEFAULT false,
      CHECK (until_day >= from_day),
      CHECK (stands_in_for IS NULL OR until_day IS NOT NULL),
      CHECK (num_nulls(ended_by, ended_role, ended_at, ended_why) IN (0, 4)),
      CHECK (NOT given_up OR ended_at IS NOT NULL)
    );
    CREATE INDEX designee_duty ON designee (school_id, duty_kind, duty);
    CREATE INDEX designee_stands_in ON designee (stands_in_for) WHERE stands_in_for IS NOT NULL;

    -- Posts that every school with students has to fill.
    CREATE TABLE required_post (
      post_id uuid PRIMARY KEY DEFAULT uuidv7(),
      role text NOT NULL,
      certificated boolean NOT NULL,
      -- The sentence that asks for it.
      clause text NOT NULL,
      -- Null: the post that a district begins with.
      set_by text,
      set_at timestamptz,
      ended_by text,
      ended_at timestamptz,
      ended_why text,
      CHECK (num_nulls(ended_by, ended_at, ended_why) IN (0, 3))
    );
    CREATE UNIQUE INDEX required_post_role ON required_post (role) WHERE ended_at IS NULL;
    INSERT INTO required_post (role, certificated, clause)
      VALUES ('case_manager', true, 'Each school shall designate a certificated staff member for case management.');

    GRANT SELECT ON designee, required_post TO rollbook_worker, rollbook_api;
    GRANT INSERT ON designee, required_post TO rollbook_api;
    GRANT UPDATE (ended_by, ended_role, ended_at, ended_why, given_up) ON designee TO rollbook_api;
    GRANT UPDATE (ended_by, ended_at, ended_why) ON required_post TO rollbook_api;
  `);
}
