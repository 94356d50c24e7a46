import type { Knex } from 'knex';

/**
 * Why: whether a district or a school must have an attendance review team follows from last year's rate of chronic absence (CGS 10-198c). That is
 * counted when the year has ended, and a district that came in the middle of a year says it itself; both have to stay readable.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE yearly_rate (
      rate_id uuid PRIMARY KEY DEFAULT uuidv7(),
      school_year text NOT NULL CHECK (school_year ~ '^[0-9]{4}-[0-9]{4}$'),
      -- Null: of the whole district.
      school_id text REFERENCES school,
      students integer NOT NULL,
      chronic integer NOT NULL CHECK (chronic BETWEEN 0 AND students),
      -- From attendance rows; else said by a person.
      counted boolean NOT NULL,
      -- The rows are those of the whole year: the school was known when it began, and nearly all of its days have come.
      whole boolean NOT NULL,
      source text NOT NULL,
      -- District day.
      on_day date NOT NULL,
      recorded_by text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      superseded_by uuid REFERENCES yearly_rate DEFERRABLE INITIALLY DEFERRED
    );
    CREATE UNIQUE INDEX yearly_rate_now ON yearly_rate (school_year, coalesce(school_id, ''), counted) WHERE superseded_by IS NULL;
    GRANT SELECT, INSERT, UPDATE (superseded_by) ON yearly_rate TO rollbook_worker, rollbook_api;
  `);
}
