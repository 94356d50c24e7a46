import type { Knex } from 'knex';

/**
 * Why: a delivered file may be larger than memory, so its bytes lie in parts that are written and read one at a time; a delivery can be
 * tried out before it is committed, watched while it runs, and cancelled until it is done.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One attempt to send a file. What an attempt that broke off has sent is kept, so that it can be taken up again.
    CREATE TABLE delivery_upload (
      upload_id uuid PRIMARY KEY DEFAULT uuidv7(),
      delivery_id uuid NOT NULL REFERENCES delivery,
      name text NOT NULL,
      begun_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX delivery_upload_file ON delivery_upload (delivery_id, name);
    CREATE TABLE delivery_part (
      upload_id uuid NOT NULL REFERENCES delivery_upload,
      -- From 0.
      part integer NOT NULL,
      -- Its first byte's place in the file, and how many bytes it has.
      starts_at bigint NOT NULL,
      size integer NOT NULL CHECK (size > 0),
      bytes bytea NOT NULL,
      PRIMARY KEY (upload_id, part)
    );
    -- Files often come compressed, and compressing the others costs more time than it saves space.
    ALTER TABLE delivery_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

    ALTER TABLE delivery_file
      ADD COLUMN size bigint,
      -- Null once the delivery was cancelled and its bytes were dropped.
      ADD COLUMN upload_id uuid REFERENCES delivery_upload;
    UPDATE delivery_file SET size = octet_length(bytes), upload_id = uuidv7();
    INSERT INTO delivery_upload (upload_id, delivery_id, name) SELECT upload_id, delivery_id, name FROM delivery_file;
    INSERT INTO delivery_part (upload_id, part, starts_at, size, bytes)
    SELECT upload_id, n, n * 4194304::bigint, octet_length(piece), piece
    FROM delivery_file, LATERAL generate_series(0, (size - 1) / 4194304) AS n,
      LATERAL substring(bytes FROM (n * 4194304 + 1)::integer FOR 4194304) AS piece
    WHERE size > 0;
    ALTER TABLE delivery_file ALTER COLUMN size SET NOT NULL, DROP COLUMN bytes;

    ALTER TABLE delivery
      DROP CONSTRAINT delivery_status_check,
      ADD CHECK (status IN ('receiving', 'queued', 'running', 'done', 'failed', 'cancelled')),
      ADD COLUMN cancelled_by text,
      -- The last dry run of the files as they are: null before the first one, and again when another file comes.
      ADD COLUMN dry_run_state text CHECK (dry_run_state IN ('queued', 'running', 'done', 'failed')),
      -- Its account, in the form of counts.
      ADD COLUMN dry_run jsonb,
      ADD COLUMN dry_run_problem text,
      -- [{what, expected, found}]: where the import did other than the dry run said; null when there was none.
      ADD COLUMN differences jsonb;

    -- Rows that the last dry run would not have taken.
    CREATE TABLE dry_run_row (LIKE delivery_row INCLUDING ALL, FOREIGN KEY (delivery_id) REFERENCES delivery);

    -- How far a running import or dry run has come. Written beside its transaction, and gone when it ends.
    CREATE TABLE delivery_progress (
      delivery_id uuid PRIMARY KEY REFERENCES delivery,
      phase text NOT NULL,
      file text,
      rows bigint NOT NULL,
      -- Bytes read so far, of so many.
      bytes bigint NOT NULL,
      of_bytes bigint NOT NULL,
      at timestamptz NOT NULL DEFAULT now()
    );

    GRANT SELECT ON delivery_upload, delivery_part, dry_run_row, delivery_progress TO rollbook_worker, rollbook_api;
    GRANT INSERT ON delivery_upload, delivery_part TO rollbook_worker, rollbook_api;
    GRANT INSERT, DELETE ON dry_run_row TO rollbook_worker;
    GRANT INSERT, UPDATE, DELETE ON delivery_progress TO rollbook_worker;
    GRANT UPDATE (coverage, cancelled_by, dry_run_state, dry_run, dry_run_problem) ON delivery TO rollbook_api;

    -- Bytes of attempts that broke off, and of a delivery that was cancelled, serve nobody. Those of a file that was taken stay.
    CREATE FUNCTION drop_unused_uploads(of_delivery uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
      UPDATE delivery_file f SET upload_id = NULL FROM delivery d
      WHERE f.delivery_id = of_delivery AND d.delivery_id = f.delivery_id AND d.status = 'cancelled';
      WITH unused AS (
        SELECT u.upload_id FROM delivery_upload u JOIN delivery d USING (delivery_id)
        WHERE u.delivery_id = of_delivery AND d.status <> 'receiving' AND NOT EXISTS (SELECT FROM delivery_file f WHERE f.upload_id = u.upload_id)
      )
      DELETE FROM delivery_part p USING unused WHERE p.upload_id = unused.upload_id;
      DELETE FROM delivery_upload u USING delivery d
      WHERE u.delivery_id = of_delivery AND d.delivery_id = u.delivery_id AND d.status <> 'receiving'
        AND NOT EXISTS (SELECT FROM delivery_file f WHERE f.upload_id = u.upload_id);
    $$;
    REVOKE EXECUTE ON FUNCTION drop_unused_uploads FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION drop_unused_uploads TO rollbook_worker, rollbook_api;
  `);
}
