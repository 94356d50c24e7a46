import type { Knex } from 'knex';

/**
 * Why: a district words its letters itself. A version of a letter's text, in all its languages, is proposed, checked, approved by two people who
 * did not propose it, and used from a day that lies ahead; what was sent keeps the text it was made with. The shipped texts stay what they
 * are, and are used where the district has none of its own.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE letter_version (
      letter text NOT NULL,
      version integer NOT NULL CHECK (version > 0),
      -- SHA-256 of the RFC 8785 bytes of the texts.
      digest text NOT NULL,
      -- By language: title, greeting, paragraphs, and the words around them where none are shipped.
      texts jsonb NOT NULL,
      effective date NOT NULL,
      note text NOT NULL,
      proposed_by text NOT NULL,
      proposed_role text NOT NULL,
      proposed_at timestamptz NOT NULL,
      status text NOT NULL DEFAULT 'proposed' CHECK (status IN ('proposed', 'approved', 'rejected', 'withdrawn')),
      closed_by text,
      closed_at timestamptz,
      closed_why text,
      PRIMARY KEY (letter, version),
      CHECK ((status = 'proposed') = (closed_at IS NULL)),
      CHECK (status NOT IN ('rejected', 'withdrawn') OR (closed_by IS NOT NULL AND closed_why IS NOT NULL))
    );
    -- Two at a time would both be what is used next.
    CREATE UNIQUE INDEX letter_version_open ON letter_version (letter) WHERE status = 'proposed';
    CREATE TABLE letter_approval (
      letter text NOT NULL,
      version integer NOT NULL,
      person_id text NOT NULL,
      role text NOT NULL,
      -- What was read: the texts, their day and the version in use that they were compared with.
      seen text NOT NULL,
      approved_at timestamptz NOT NULL,
      PRIMARY KEY (letter, version, person_id),
      FOREIGN KEY (letter, version) REFERENCES letter_version
    );

    GRANT SELECT ON letter_version, letter_approval TO rollbook_worker, rollbook_api;
    GRANT INSERT ON letter_version, letter_approval TO rollbook_api;
    GRANT UPDATE (status, closed_by, closed_at, closed_why) ON letter_version TO rollbook_api;
  `);
}
