import type { Knex } from 'knex';

/** Why: people sign in with bearer tokens, every disclosure is logged, and the district has one clock. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE district (
      "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
      name text NOT NULL,
      time_zone text NOT NULL,
      -- The sample whose remaining days 'advance' delivers; null in a real district.
      sample text,
      live boolean NOT NULL DEFAULT true,
      -- District time minus wall time.
      clock_offset interval NOT NULL DEFAULT '0',
      -- A live district lives in wall time.
      CHECK (NOT live OR clock_offset = '0'::interval)
    );

    CREATE TABLE person (
      person_id text PRIMARY KEY,
      name text NOT NULL,
      role text NOT NULL,
      -- Schools the role holds at; null means the whole district.
      schools text[],
      certificated boolean NOT NULL DEFAULT false,
      token_sha256 text NOT NULL UNIQUE
    );

    CREATE TABLE disclosure (
      disclosure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      person_id text NOT NULL,
      role text NOT NULL,
      place text NOT NULL,
      what text NOT NULL,
      case_id uuid,
      detail jsonb NOT NULL DEFAULT '{}'
    );
    CREATE INDEX disclosure_case ON disclosure (case_id, at);
  `);
}
