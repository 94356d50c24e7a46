import type { Knex } from 'knex';

/**
 * Why: attendance needs a place for what a SIS delivers (schools, students, contacts, calendars, rows), for the day records and
 * standings derived from it, and for an account of every row that was not taken.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE school (
      school_id text PRIMARY KEY,
      name text NOT NULL
    );

    CREATE TABLE calendar_day (
      school_id text NOT NULL REFERENCES school,
      date date NOT NULL,
      event text NOT NULL,
      instructional boolean NOT NULL,
      session text,
      -- Running number of instructional days of the school; on other days, that of the last one before.
      school_day integer,
      PRIMARY KEY (school_id, date)
    );
    CREATE INDEX calendar_day_number ON calendar_day (school_id, school_day) WHERE instructional;

    CREATE TABLE student (
      student_id uuid PRIMARY KEY DEFAULT uuidv7(),
      -- Given with the student, so that a case can be addressed before it begins.
      case_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      local_id text NOT NULL UNIQUE,
      first_name text NOT NULL,
      middle_name text,
      last_name text NOT NULL,
      birthdate date,
      grade text,
      school_id text NOT NULL REFERENCES school,
      entry_date date NOT NULL,
      exit_date date,
      delivery_id uuid
    );
    CREATE INDEX student_school ON student (school_id);
    CREATE INDEX student_name ON student (lower(last_name), lower(first_name));

    -- Where a student was enrolled when: a move within the district closes one row and opens the next; student has the latest.
    CREATE TABLE enrollment (
      student_id uuid NOT NULL REFERENCES student,
      entry_date date NOT NULL,
      school_id text NOT NULL REFERENCES school,
      exit_date date,
      PRIMARY KEY (student_id, entry_date),
      CHECK (exit_date >= entry_date)
    );

    CREATE TABLE contact (
      contact_id uuid PRIMARY KEY DEFAULT uuidv7(),
      student_id uuid NOT NULL REFERENCES student,
      local_id text,
      first_name text NOT NULL,
      last_name text NOT NULL,
      relationship text NOT NULL,
      is_primary boolean NOT NULL DEFAULT false,
      is_emergency boolean NOT NULL DEFAULT false,
      lives_with boolean NOT NULL DEFAULT false,
      phone text,
      phone_type text,
      -- Digits only, for finding the student of a caller.
      phone_digits text GENERATED ALWAYS AS (regexp_replace(coalesce(phone, ''), '\\D', '', 'g')) STORED,
      email text,
      street text,
      city text,
      state text,
      zip text,
      language text,
      -- Nothing is overwritten: a corrected contact is a new row that supersedes this one.
      recorded_at timestamptz NOT NULL DEFAULT now(),
      recorded_by text NOT NULL,
      superseded_by uuid REFERENCES contact DEFERRABLE INITIALLY DEFERRED
    );
    CREATE INDEX contact_student ON contact (student_id) WHERE superseded_by IS NULL;
    CREATE INDEX contact_phone ON contact (phone_digits) WHERE superseded_by IS NULL;
    CREATE UNIQUE INDEX contact_local ON contact (student_id, local_id) WHERE superseded_by IS NULL;

    CREATE TABLE delivery (
      delivery_id uuid PRIMARY KEY DEFAULT uuidv7(),
      source text NOT NULL,
      format text,
      -- {schools: [..] | 'all', from, to, complete}
      coverage jsonb NOT NULL,
      status text NOT NULL CHECK (status IN ('receiving', 'queued', 'running', 'done', 'failed')),
      -- District day on which it was taken.
      district_day date,
      received_by text NOT NULL,
      received_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      counts jsonb,
      problem text
    );
    CREATE INDEX delivery_day ON delivery (district_day);

    CREATE TABLE delivery_file (
      delivery_id uuid NOT NULL REFERENCES delivery,
      name text NOT NULL,
      sha256 text NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (delivery_id, name)
    );

    -- Every row that was read and not taken, with its reason; taken rows are counted per file in delivery.counts.
    CREATE TABLE delivery_row (
      delivery_id uuid NOT NULL REFERENCES delivery,
      file text NOT NULL,
      line bigint NOT NULL,
      outcome text NOT NULL CHECK (outcome IN ('rejected', 'ignored')),
      reason text NOT NULL,
      message text NOT NULL,
      raw jsonb NOT NULL,
      PRIMARY KEY (delivery_id, file, line)
    );

    -- One record per student and day with something to say; presence is assumed on a covered day without one.
    CREATE TABLE attendance_day (
      student_id uuid NOT NULL REFERENCES student,
      date date NOT NULL,
      school_id text NOT NULL REFERENCES school,
      status text NOT NULL CHECK (status IN ('absent', 'tardy', 'present')),
      excuse text NOT NULL CHECK (excuse IN ('excused', 'unexcused', 'unverified', 'unknown')),
      code_raw text,
      minutes integer,
      delivery_id uuid NOT NULL REFERENCES delivery,
      file text NOT NULL,
      line bigint NOT NULL,
      PRIMARY KEY (student_id, date)
    );
    CREATE INDEX attendance_day_date ON attendance_day (date, school_id);

    -- The ledger of corrections: what a day said before and after, and which delivery or person changed it.
    CREATE TABLE attendance_correction (
      correction_id uuid PRIMARY KEY DEFAULT uuidv7(),
      student_id uuid NOT NULL REFERENCES student,
      date date NOT NULL,
      old jsonb,
      new jsonb,
      delivery_id uuid REFERENCES delivery,
      recorded_by text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      reason text NOT NULL
    );
    CREATE INDEX attendance_correction_student ON attendance_correction (student_id, date);

    -- Days for which a school's attendance has come (also without any row).
    CREATE TABLE covered_day (
      school_id text NOT NULL REFERENCES school,
      date date NOT NULL,
      delivery_id uuid NOT NULL REFERENCES delivery,
      PRIMARY KEY (school_id, date)
    );

    -- Runs of absence. The clearing window runs from the return: school days in which the absence can still be excused.
    CREATE TABLE spell (
      student_id uuid NOT NULL REFERENCES student,
      first_day date NOT NULL,
      school_id text NOT NULL REFERENCES school,
      last_day date NOT NULL,
      days integer NOT NULL,
      unexcused integer NOT NULL,
      returned_on date,
      window_ends date,
      PRIMARY KEY (student_id, first_day)
    );
    CREATE INDEX spell_school ON spell (school_id, last_day);

    CREATE TABLE standing (
      student_id uuid PRIMARY KEY REFERENCES student,
      case_id uuid NOT NULL UNIQUE,
      school_id text NOT NULL,
      version bigint NOT NULL,
      as_of date NOT NULL,
      school_year text NOT NULL,
      age integer NOT NULL,
      absences integer NOT NULL,
      excused integer NOT NULL,
      unexcused integer NOT NULL,
      unverified integer NOT NULL,
      days_enrolled integer NOT NULL,
      truancy date[] NOT NULL,
      -- [{day, windowEnds}]
      pending jsonb NOT NULL
    );
    CREATE INDEX standing_school ON standing (school_id, absences);

    -- What was last sent to the case, so that only crossings are sent.
    CREATE TABLE case_watch (
      student_id uuid PRIMARY KEY REFERENCES student,
      band integer NOT NULL,
      report_due boolean NOT NULL,
      version bigint NOT NULL
    );

    CREATE TABLE district_turn (
      date date PRIMARY KEY,
      turned_at timestamptz NOT NULL DEFAULT now(),
      summary jsonb NOT NULL
    );
  `);
}
