import type { Knex } from 'knex';

/**
 * Why: a district has files of its own making, and what a person has once said about their columns has to hold for every such file that
 * comes after.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE import_mapping (
      mapping_id uuid PRIMARY KEY,
      -- Kept with each delivery as the format of the file, and the name of its code set.
      name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{1,62}$'),
      kind text NOT NULL,
      -- Canonical column: column of the file.
      columns jsonb NOT NULL,
      saved_by text NOT NULL,
      saved_at timestamptz NOT NULL DEFAULT now(),
      -- The mapping that took this one's place; null while it is in force.
      superseded_by uuid
    );
    CREATE UNIQUE INDEX import_mapping_in_force ON import_mapping (name) WHERE superseded_by IS NULL;
    GRANT SELECT ON import_mapping TO rollbook_worker, rollbook_api;
    GRANT INSERT, UPDATE (superseded_by) ON import_mapping TO rollbook_api;
  `);
}
