import type { Knex } from 'knex';

/**
 * Why: what a SIS's code means is the district's to say, not a reader's: a table of codes with their flags, superseded and never
 * overwritten. A row whose code nobody has mapped is held, whole and with its place in the file, until somebody does. Attendance by
 * period is kept beside the day that was derived from it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE attendance_code (
      mapping_id uuid PRIMARY KEY DEFAULT uuidv7(),
      -- The student information system the code belongs to: codes of two systems never mean each other.
      code_set text NOT NULL,
      -- As readers emit it: lower case, several coded columns joined by "/".
      code text NOT NULL,
      label text,
      status text NOT NULL CHECK (status IN ('absent', 'tardy', 'early_departure', 'present')),
      excuse text NOT NULL CHECK (excuse IN ('excused', 'unexcused', 'unverified', 'exempt', 'unknown')),
      -- On the absence clock: such a day counts as absent.
      in_rate boolean NOT NULL,
      -- On the truancy clock: what it is when it is, or becomes, unexcused. An occasion is one by its minutes.
      truancy text NOT NULL CHECK (truancy IN ('none', 'full_day', 'occasion')),
      suspension text CHECK (suspension IN ('OSS', 'ISS')),
      independent_study text CHECK (independent_study IN ('complete', 'incomplete')),
      -- Minutes missed when the row tells none.
      minutes integer CHECK (minutes BETWEEN 0 AND 1440),
      mode text CHECK (mode IN ('in_person', 'remote')),
      -- Says no more than that the student was there: such a row is taken and not stored.
      plain boolean NOT NULL GENERATED ALWAYS AS (status = 'present' AND NOT in_rate AND truancy = 'none' AND suspension IS NULL
        AND independent_study IS NULL AND coalesce(mode, 'in_person') = 'in_person') STORED,
      -- 'shipped', or the person who said so.
      mapped_by text NOT NULL,
      mapped_at timestamptz NOT NULL DEFAULT now(),
      superseded_by uuid REFERENCES attendance_code DEFERRABLE INITIALLY DEFERRED,
      -- An out-of-school suspension counts as absent and is never unexcused; one in school counts as attended.
      CHECK (suspension IS DISTINCT FROM 'OSS' OR (in_rate AND truancy = 'none' AND excuse NOT IN ('unexcused', 'unverified'))),
      CHECK (suspension IS DISTINCT FROM 'ISS' OR (NOT in_rate AND truancy = 'none')),
      CHECK (independent_study IS NULL OR in_rate = (independent_study = 'incomplete')),
      CHECK (status <> 'present' OR (NOT in_rate AND truancy = 'none'))
    );
    CREATE UNIQUE INDEX attendance_code_current ON attendance_code (code_set, code) WHERE superseded_by IS NULL;

    -- A row that passed every other check and whose code has no meaning yet. It counts nowhere.
    CREATE TABLE held_row (
      delivery_id uuid NOT NULL REFERENCES delivery,
      file text NOT NULL,
      line bigint NOT NULL,
      code_set text NOT NULL,
      code text NOT NULL,
      student_id uuid NOT NULL REFERENCES student,
      date date NOT NULL,
      school_id text NOT NULL REFERENCES school,
      -- The row in canonical columns, as text.
      canonical jsonb NOT NULL,
      held_at timestamptz NOT NULL DEFAULT now(),
      held_on date NOT NULL,
      -- How the wait ended: its code was mapped, a later delivery spoke of the same day, or no longer had it.
      settled text CHECK (settled IN ('released', 'superseded', 'withdrawn')),
      settled_at timestamptz,
      CHECK ((settled IS NULL) = (settled_at IS NULL)),
      -- One line can hold several codes: one for each period.
      PRIMARY KEY (delivery_id, file, line, code_set, code)
    );
    CREATE INDEX held_row_code ON held_row (code_set, code) WHERE settled IS NULL;
    CREATE INDEX held_row_day ON held_row (student_id, date) WHERE settled IS NULL;

    -- Attendance by period, of days on which a period has something to tell; period '' is the row about the whole day beside them.
    CREATE TABLE attendance_period (
      student_id uuid NOT NULL REFERENCES student,
      date date NOT NULL,
      period text NOT NULL,
      school_id text NOT NULL REFERENCES school,
      section text,
      code_set text NOT NULL,
      code text NOT NULL,
      status text NOT NULL,
      excuse text NOT NULL,
      -- The code's flags, as they were when the row was taken.
      absent boolean NOT NULL,
      truancy text NOT NULL,
      minutes integer,
      portion numeric(4, 3),
      suspension text,
      independent_study text,
      mode text,
      delivery_id uuid NOT NULL REFERENCES delivery,
      file text NOT NULL,
      line bigint NOT NULL,
      PRIMARY KEY (student_id, date, period)
    );

    ALTER TABLE attendance_day
      DROP CONSTRAINT attendance_day_status_check,
      ADD CONSTRAINT attendance_day_status CHECK (status IN ('absent', 'tardy', 'early_departure', 'partial', 'present')),
      -- Whose code it is; null of a day that no code speaks of.
      ADD COLUMN code_set text;
    -- The command of a person that changed the day; null when a delivery did.
    ALTER TABLE attendance_correction ADD COLUMN change_id uuid;
    CREATE INDEX attendance_correction_change ON attendance_correction (change_id) WHERE change_id IS NOT NULL;

    -- The days on which a student's standing may not rest just now, and why: read by standings and by the list of what is missing.
    CREATE VIEW held_day AS
      SELECT DISTINCT student_id, date, 'code_not_mapped' AS why FROM held_row WHERE settled IS NULL;

    GRANT SELECT ON attendance_code, held_row, attendance_period, held_day TO rollbook_worker, rollbook_api;
    GRANT INSERT ON attendance_code TO rollbook_worker;
    GRANT UPDATE (superseded_by) ON attendance_code TO rollbook_worker;
    GRANT INSERT ON held_row TO rollbook_worker;
    GRANT UPDATE (settled, settled_at) ON held_row TO rollbook_worker;
    GRANT INSERT, UPDATE, DELETE ON attendance_period TO rollbook_worker;
  `);
}
