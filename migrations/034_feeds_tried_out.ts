import type { Knex } from 'knex';

/**
 * Why: whoever sets a feed up wants to see what its first pull would bring before it counts. A dry run fetches as a pull does, tries its
 * deliveries out in a transaction that is rolled back, and keeps only its account; it moves no cursor and is never taken for a pull. Of a feed of
 * files it is known which of them have been taken, and one that a system writes anew is known as another. A source that keeps people and
 * whose contacts they are apart is read into a place where the two can be joined, however many they are.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Of a dry run: fetching, its deliveries are being filled; trying, they are being tried out; untried, it could not be done.
    ALTER TABLE feed_pull DROP CONSTRAINT feed_pull_status_check;
    ALTER TABLE feed_pull ADD CONSTRAINT feed_pull_status_check
      CHECK (status IN ('pulling', 'taking', 'done', 'failed', 'fetching', 'trying', 'tried', 'untried', 'cancelled'));
    -- What a dry run found; null of a pull, whose deliveries have their own accounts.
    ALTER TABLE feed_pull ADD account jsonb;
    CREATE UNIQUE INDEX feed_pull_trying ON feed_pull (feed_id) WHERE status IN ('fetching', 'trying');

    -- Files of a feed's folder, as they were when a pull read them. They count as taken once the pull is done.
    CREATE TABLE feed_file (
      pull_id uuid NOT NULL REFERENCES feed_pull,
      name text NOT NULL,
      size bigint NOT NULL,
      -- By the server's clock.
      modified_at timestamptz NOT NULL,
      sha256 text NOT NULL,
      PRIMARY KEY (pull_id, name)
    );
    -- What a feed added before there were such feeds would have been added with.
    UPDATE feed SET settings = '{"files": ["*.csv", "*.txt", "*.tsv", "*.json", "*.xml", "*.zip", "*.gz"], "exports": "changes", "doneMarker": null, "hostKey": null}'::jsonb || settings;

    -- People as a source tells of them, while a pull joins them to its students. Lost with a crash, and read again then.
    CREATE UNLOGGED TABLE feed_person (
      pull_id uuid NOT NULL REFERENCES feed_pull,
      person text NOT NULL,
      record jsonb NOT NULL,
      PRIMARY KEY (pull_id, person)
    );

    GRANT SELECT ON feed_file TO rollbook_worker, rollbook_api;
    GRANT INSERT, DELETE ON feed_file TO rollbook_worker;
    GRANT SELECT, INSERT, DELETE ON feed_person TO rollbook_worker;
    GRANT INSERT ON feed_pull TO rollbook_api;
    GRANT UPDATE (status, ended_at) ON feed_pull TO rollbook_api;
  `);
}
