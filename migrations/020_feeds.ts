import type { Knex } from 'knex';

/**
 * Why: a district's system can be asked instead of sending files. What a feed is, how far it has been taken in, and what became of each
 * pull outlive any process, so that a pull that breaks off goes on where it was and nobody reads old numbers as new ones.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE feed (
      feed_id uuid PRIMARY KEY DEFAULT uuidv7(),
      name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{1,39}$'),
      system text NOT NULL,
      url text NOT NULL,
      -- Public half of the credentials; null where the system has none.
      client_id text,
      -- Where the secret lies (env:NAME, file:NAME). The secret itself is nowhere in the database.
      secret text NOT NULL CHECK (secret ~ '^(env|file):'),
      -- {schools, at, reconcileOn, dayEndsAt, windowDays}
      settings jsonb NOT NULL,
      state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'removed')),
      -- District time from which it is to be pulled.
      active_since timestamptz NOT NULL,
      added_by text NOT NULL,
      changed_by text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now()
    );
    -- A removed feed stays on record and gives up its name.
    CREATE UNIQUE INDEX feed_name ON feed (name) WHERE state <> 'removed';

    CREATE TABLE feed_pull (
      pull_id uuid PRIMARY KEY DEFAULT uuidv7(),
      feed_id uuid NOT NULL REFERENCES feed,
      kind text NOT NULL CHECK (kind IN ('changes', 'reconcile')),
      -- Pulling: its deliveries are being filled. Taking: they are complete and are being imported.
      status text NOT NULL DEFAULT 'pulling' CHECK (status IN ('pulling', 'taking', 'done', 'failed')),
      asked_by text NOT NULL,
      -- District time.
      began_at timestamptz NOT NULL,
      ended_at timestamptz,
      day date NOT NULL,
      -- The last day of which it says everything.
      through date NOT NULL,
      -- Where the source stood when it began, by resource; null until that has been asked.
      upto jsonb,
      expected bigint NOT NULL DEFAULT 0,
      read bigint NOT NULL DEFAULT 0,
      -- How often it has been taken up; whoever took it up before finds that another has.
      tries integer NOT NULL DEFAULT 0,
      -- What failed last, as a sentence; it stands until the pull is done.
      problem text,
      -- Resources that the source does not let us read.
      left_out text[] NOT NULL DEFAULT '{}',
      recorded_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX feed_pull_feed ON feed_pull (feed_id, began_at);
    CREATE UNIQUE INDEX feed_pull_open ON feed_pull (feed_id) WHERE status IN ('pulling', 'taking');

    -- What a pull delivers, in the order in which it is taken.
    CREATE TABLE feed_delivery (
      pull_id uuid NOT NULL REFERENCES feed_pull,
      part integer NOT NULL,
      delivery_id uuid NOT NULL REFERENCES delivery,
      PRIMARY KEY (pull_id, part)
    );

    -- How far each resource of a feed has been taken in.
    CREATE TABLE feed_cursor (
      feed_id uuid NOT NULL REFERENCES feed,
      resource text NOT NULL,
      position bigint NOT NULL,
      pull_id uuid NOT NULL REFERENCES feed_pull,
      PRIMARY KEY (feed_id, resource)
    );

    GRANT SELECT ON feed, feed_pull, feed_delivery, feed_cursor TO rollbook_worker, rollbook_api;
    GRANT INSERT ON feed TO rollbook_api;
    GRANT UPDATE (state, active_since, changed_by) ON feed TO rollbook_api;
    GRANT INSERT, UPDATE ON feed_pull, feed_cursor TO rollbook_worker;
    GRANT INSERT, DELETE ON feed_delivery TO rollbook_worker;
  `);
}
