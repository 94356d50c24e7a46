import type { Knex } from 'knex';

/**
 * Why: a feed is changed when its source moves, its secret lies elsewhere or it is to be pulled at other times. Removing and adding it would
 * lose how far it has been taken in. What it was before, who changed it and why stays; and what was read of another source, or of fewer
 * schools, is read anew.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- District time; a reconcile that began before it does not count. Null while nothing has to be read anew.
    ALTER TABLE feed ADD read_anew_since timestamptz;
    CREATE TABLE feed_change (
      change_id uuid PRIMARY KEY DEFAULT uuidv7(),
      feed_id uuid NOT NULL REFERENCES feed,
      changed_by text NOT NULL,
      changed_at timestamptz NOT NULL,
      note text NOT NULL,
      -- {url, clientId, secret, settings}
      before jsonb NOT NULL,
      after jsonb NOT NULL
    );
    CREATE INDEX feed_change_feed ON feed_change (feed_id);

    GRANT SELECT ON feed_change TO rollbook_worker, rollbook_api;
    GRANT INSERT ON feed_change TO rollbook_api;
    GRANT UPDATE (url, client_id, secret, settings, read_anew_since) ON feed TO rollbook_api;
  `);
}
