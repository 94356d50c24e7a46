import type { Knex } from 'knex';

/**
 * Why: a person says what an attendance code means, clears or corrects a day, or lets many retractions go ahead, and each of these is a
 * command with one outcome. A correction by hand stands beside what the student information system said, until that changes or agrees;
 * retractions that are too many at once wait; attendance recovery is a ledger of its own.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A person's command about attendance data. The API writes it; a worker does it and writes its one outcome.
    CREATE TABLE attendance_command (
      command_id uuid PRIMARY KEY REFERENCES district_command,
      kind text NOT NULL CHECK (kind IN ('map_code', 'correct_day', 'settle_retractions')),
      asked jsonb NOT NULL,
      student_id uuid REFERENCES student,
      -- {id, role, place}
      actor jsonb NOT NULL,
      received_at timestamptz NOT NULL DEFAULT now(),
      outcome text CHECK (outcome IN ('applied', 'refused')),
      answer jsonb,
      outcome_at timestamptz,
      next_try_at timestamptz NOT NULL DEFAULT now(),
      tries integer NOT NULL DEFAULT 0
    );
    CREATE INDEX attendance_command_open ON attendance_command (next_try_at) WHERE outcome IS NULL;

    -- What a person said about a day. It stands until the student information system says something new about it, or the same.
    CREATE TABLE day_correction (
      correction_id uuid PRIMARY KEY REFERENCES attendance_command,
      student_id uuid NOT NULL REFERENCES student,
      date date NOT NULL,
      school_id text NOT NULL REFERENCES school,
      -- What the system's rows said of the day when it was corrected, for telling whether it has changed; null when it had none.
      sis jsonb,
      -- The record as it was before, and as the person left it.
      before jsonb,
      status text NOT NULL,
      excuse text NOT NULL,
      absent boolean NOT NULL,
      minutes integer,
      -- Why: a valid excuse of the state's list, or a mistake in the record.
      reason text NOT NULL,
      -- Which illness, death or event, where the cap is one for each.
      incident text,
      verifier text NOT NULL,
      method text NOT NULL,
      approved_by text,
      note text,
      recorded_by text NOT NULL,
      recorded_on date NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      ended text CHECK (ended IN ('agreed', 'changed', 'superseded')),
      ended_at timestamptz,
      CHECK ((ended IS NULL) = (ended_at IS NULL))
    );
    CREATE UNIQUE INDEX day_correction_standing ON day_correction (student_id, date) WHERE ended IS NULL;

    -- Days that a complete delivery no longer has, too many at once to be withdrawn unseen.
    CREATE TABLE waiting_retraction (
      delivery_id uuid NOT NULL REFERENCES delivery,
      student_id uuid NOT NULL REFERENCES student,
      date date NOT NULL,
      school_id text NOT NULL REFERENCES school,
      settled text CHECK (settled IN ('released', 'refused', 'superseded')),
      settled_by text,
      settled_at timestamptz,
      PRIMARY KEY (delivery_id, student_id, date),
      CHECK ((settled IS NULL) = (settled_at IS NULL))
    );
    CREATE INDEX waiting_retraction_open ON waiting_retraction (student_id, date) WHERE settled IS NULL;

    -- Attendance recovery (EC 46211): days made up. They are shown, and never change a day of absence.
    CREATE TABLE recovery_day (
      student_id uuid NOT NULL REFERENCES student,
      date date NOT NULL,
      school_id text REFERENCES school,
      portion numeric(4, 3) NOT NULL CHECK (portion > 0 AND portion <= 1),
      delivery_id uuid NOT NULL REFERENCES delivery,
      file text NOT NULL,
      line bigint NOT NULL,
      PRIMARY KEY (student_id, date)
    );

    -- A day that only a person speaks of came in no delivery.
    ALTER TABLE attendance_day
      ALTER COLUMN delivery_id DROP NOT NULL,
      ALTER COLUMN file DROP NOT NULL,
      ALTER COLUMN line DROP NOT NULL,
      ADD CONSTRAINT attendance_day_source CHECK (basis = 'hand' OR num_nulls(delivery_id, file, line) = 0);

    CREATE OR REPLACE VIEW held_day AS
      SELECT student_id, date, 'code_not_mapped' AS why FROM held_row WHERE settled IS NULL
      UNION SELECT student_id, date, 'retractions_waiting' FROM waiting_retraction WHERE settled IS NULL;

    GRANT SELECT ON attendance_command, day_correction, waiting_retraction, recovery_day TO rollbook_worker, rollbook_api;
    GRANT INSERT ON attendance_command TO rollbook_api;
    GRANT UPDATE (outcome, answer, outcome_at, next_try_at, tries) ON attendance_command TO rollbook_worker;
    GRANT INSERT ON day_correction, waiting_retraction TO rollbook_worker;
    GRANT UPDATE (ended, ended_at) ON day_correction TO rollbook_worker;
    GRANT UPDATE (settled, settled_by, settled_at) ON waiting_retraction TO rollbook_worker;
    GRANT INSERT, UPDATE, DELETE ON recovery_day TO rollbook_worker;
  `);
}
