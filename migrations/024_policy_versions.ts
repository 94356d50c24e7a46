import type { Knex } from 'knex';

/**
 * Why: a policy changes in the open. A document is proposed, two people who did not propose it approve it, it comes into force on a day
 * that lies ahead, and which version was in force on which day stays readable. Cases are moved to another version by an act of a named
 * person, whose commands to the cases belong together.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE policy_draft (
      draft_id uuid PRIMARY KEY DEFAULT uuidv7(),
      policy_id text NOT NULL,
      version integer NOT NULL,
      digest text NOT NULL,
      document text NOT NULL,
      ladder jsonb NOT NULL,
      effective date NOT NULL,
      note text NOT NULL,
      proposed_by text NOT NULL,
      proposed_role text NOT NULL,
      proposed_at timestamptz NOT NULL,
      status text NOT NULL DEFAULT 'proposed' CHECK (status IN ('proposed', 'approved', 'rejected', 'withdrawn')),
      closed_by text,
      closed_at timestamptz,
      closed_why text,
      CHECK ((status = 'proposed') = (closed_at IS NULL)),
      CHECK (status NOT IN ('rejected', 'withdrawn') OR (closed_by IS NOT NULL AND closed_why IS NOT NULL))
    );
    -- Two drafts of one policy would both be the next version.
    CREATE UNIQUE INDEX policy_draft_open ON policy_draft (policy_id) WHERE status = 'proposed';
    CREATE TABLE policy_approval (
      draft_id uuid NOT NULL REFERENCES policy_draft,
      person_id text NOT NULL,
      role text NOT NULL,
      -- What was read: document, effective day and the version in force that it was compared with.
      seen text NOT NULL,
      approved_at timestamptz NOT NULL,
      PRIMARY KEY (draft_id, person_id)
    );
    -- The day from which a version is in force; null for the policy that the district began with. No row is ever taken away.
    CREATE TABLE policy_term (
      from_day date,
      policy_id text NOT NULL,
      version integer NOT NULL,
      FOREIGN KEY (policy_id, version) REFERENCES policy_version,
      UNIQUE NULLS NOT DISTINCT (from_day)
    );
    INSERT INTO policy_term (from_day, policy_id, version) SELECT NULL, policy_id, version FROM policy_version WHERE in_force;

    CREATE TABLE policy_migration (
      migration_id uuid PRIMARY KEY,
      to_id text NOT NULL,
      to_version integer NOT NULL,
      -- {all: true}, {school: id} or {case: id}
      scope jsonb NOT NULL,
      reason text NOT NULL,
      asked_by text NOT NULL,
      asked_role text NOT NULL,
      asked_at timestamptz NOT NULL,
      FOREIGN KEY (to_id, to_version) REFERENCES policy_version
    );
    ALTER TABLE command ADD migration_id uuid REFERENCES policy_migration;
    CREATE INDEX command_migration ON command (migration_id) WHERE migration_id IS NOT NULL;

    GRANT SELECT ON policy_draft, policy_approval, policy_term, policy_migration TO rollbook_worker, rollbook_api;
    GRANT INSERT ON policy_term TO rollbook_worker;
    GRANT INSERT ON policy_draft, policy_approval, policy_migration, policy_band TO rollbook_api;
    -- A version is recorded with its second approval; the turn of a day alone, and so the worker, puts one into force.
    GRANT INSERT (policy_id, version, digest, document, ladder) ON policy_version TO rollbook_api;
    GRANT UPDATE (status, closed_by, closed_at, closed_why) ON policy_draft TO rollbook_api;
  `);
}
