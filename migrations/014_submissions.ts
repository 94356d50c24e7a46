import type { Knex } from 'knex';

/**
 * Why: a school day or section whose attendance nobody submitted must never escalate anybody. What was submitted, what is missing since
 * when and who was reminded of it are facts of their own, beside the rows that came.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What a source says of attendance being taken. Section and period are '' of a whole school day.
    CREATE TABLE submission (
      school_id text NOT NULL REFERENCES school,
      date date NOT NULL,
      section text NOT NULL DEFAULT '',
      period text NOT NULL DEFAULT '',
      -- When the lesson began; null when the source does not tell.
      starts_at timestamptz,
      -- Null: attendance was due, and nobody has submitted it.
      submitted_at timestamptz,
      delivery_id uuid NOT NULL REFERENCES delivery,
      file text NOT NULL,
      line bigint NOT NULL,
      PRIMARY KEY (school_id, date, section, period)
    );
    CREATE INDEX submission_open ON submission (school_id, date) WHERE submitted_at IS NULL;

    -- Every school day or section that was missing at some time, from the day it was noticed until the day it came.
    CREATE TABLE missing_submission (
      school_id text NOT NULL REFERENCES school,
      date date NOT NULL,
      section text NOT NULL DEFAULT '',
      period text NOT NULL DEFAULT '',
      noticed_on date NOT NULL,
      came_on date,
      PRIMARY KEY (school_id, date, section, period)
    );
    CREATE INDEX missing_submission_open ON missing_submission (school_id, date) WHERE came_on IS NULL;

    CREATE TABLE submission_reminder (
      school_id text NOT NULL,
      date date NOT NULL,
      section text NOT NULL,
      period text NOT NULL,
      role text NOT NULL,
      reminded_on date NOT NULL,
      PRIMARY KEY (school_id, date, section, period, role),
      FOREIGN KEY (school_id, date, section, period) REFERENCES missing_submission
    );

    -- What somebody who delivered by hand wrote beside it.
    ALTER TABLE delivery ADD COLUMN note text;

    GRANT SELECT ON submission, missing_submission, submission_reminder TO rollbook_worker, rollbook_api;
    GRANT INSERT, UPDATE ON submission, missing_submission TO rollbook_worker;
    GRANT INSERT ON submission_reminder TO rollbook_worker;
  `);
}
