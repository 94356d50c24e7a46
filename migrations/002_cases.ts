import type { Knex } from 'knex';

/**
 * Why: a case needs its append-only record, the commands people gave it with their outcomes, the projections that people read,
 * and the outbox through which everything leaves.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE policy_version (
      policy_id text NOT NULL,
      version integer NOT NULL,
      digest text NOT NULL,
      document text NOT NULL,
      ladder jsonb NOT NULL,
      in_force boolean NOT NULL DEFAULT false,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (policy_id, version)
    );
    CREATE UNIQUE INDEX policy_in_force ON policy_version (in_force) WHERE in_force;

    -- The lines that wake a case, for set-based SQL.
    CREATE TABLE policy_band (
      policy_id text NOT NULL,
      version integer NOT NULL,
      position integer NOT NULL,
      band text NOT NULL,
      absences_from integer NOT NULL,
      PRIMARY KEY (policy_id, version, position),
      FOREIGN KEY (policy_id, version) REFERENCES policy_version
    );

    CREATE TABLE command (
      command_id uuid PRIMARY KEY DEFAULT uuidv7(),
      caller text NOT NULL,
      idempotency_key text NOT NULL,
      case_id uuid NOT NULL,
      kind text NOT NULL,
      body jsonb NOT NULL,
      body_sha256 text NOT NULL,
      -- Free text of the command, apart from its body so that it can lawfully be destroyed; the record carries its salted digest.
      text text,
      text_salt text,
      text_digest text,
      actor jsonb NOT NULL,
      if_seq integer,
      district_at timestamptz NOT NULL,
      received_at timestamptz NOT NULL DEFAULT now(),
      outcome text CHECK (outcome IN ('applied', 'refused')),
      outcome_body jsonb,
      outcome_at timestamptz,
      next_try_at timestamptz NOT NULL DEFAULT now() + interval '10 seconds',
      tries integer NOT NULL DEFAULT 0,
      UNIQUE (caller, idempotency_key)
    );
    CREATE INDEX command_case ON command (case_id);
    CREATE INDEX command_open ON command (next_try_at) WHERE outcome IS NULL;

    -- Commands that are for no case (a delivery, a school task, an advance of the clock), with what was answered.
    CREATE TABLE district_command (
      command_id uuid PRIMARY KEY DEFAULT uuidv7(),
      caller text NOT NULL,
      idempotency_key text NOT NULL,
      kind text NOT NULL,
      body_sha256 text NOT NULL,
      received_at timestamptz NOT NULL DEFAULT now(),
      -- {status, body}
      answer jsonb,
      UNIQUE (caller, idempotency_key)
    );

    CREATE TABLE attendance_case (
      case_id uuid PRIMARY KEY,
      student_id uuid NOT NULL UNIQUE REFERENCES student,
      school_id text NOT NULL REFERENCES school,
      school_year text NOT NULL,
      policy_id text NOT NULL,
      policy_version integer NOT NULL,
      opened_on date NOT NULL,
      opened_why text NOT NULL,
      seq integer NOT NULL,
      last_hash text NOT NULL,
      last_at timestamptz NOT NULL,
      standing_version bigint NOT NULL,
      band text,
      absences integer NOT NULL DEFAULT 0,
      reports_standing integer NOT NULL DEFAULT 0,
      referred_on date,
      next_deadline timestamptz,
      tick_next_try_at timestamptz,
      needs_attention text,
      FOREIGN KEY (policy_id, policy_version) REFERENCES policy_version
    );
    CREATE INDEX attendance_case_school ON attendance_case (school_id, band);
    CREATE INDEX attendance_case_deadline ON attendance_case (next_deadline) WHERE next_deadline IS NOT NULL;

    CREATE TABLE case_event (
      case_id uuid NOT NULL,
      seq integer NOT NULL,
      type text NOT NULL,
      schema integer NOT NULL,
      at timestamptz NOT NULL,
      day date NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      actor jsonb NOT NULL,
      cause text NOT NULL,
      source text NOT NULL,
      body jsonb NOT NULL,
      salt text NOT NULL,
      body_digest text NOT NULL,
      prev_hash text NOT NULL,
      hash text NOT NULL,
      PRIMARY KEY (case_id, seq)
    );
    CREATE INDEX case_event_cause ON case_event (case_id, cause);

    CREATE TABLE case_task (
      case_id uuid NOT NULL REFERENCES attendance_case,
      task text NOT NULL,
      round integer NOT NULL,
      school_id text NOT NULL,
      step text NOT NULL,
      kind text NOT NULL,
      title text NOT NULL,
      owner text NOT NULL,
      status text NOT NULL CHECK (status IN ('open', 'done', 'unavailable', 'withdrawn')),
      opened_on date NOT NULL,
      due_on date,
      due_at timestamptz,
      closed_on date,
      evidence text[] NOT NULL DEFAULT '{}',
      ref text,
      PRIMARY KEY (case_id, task, round)
    );
    CREATE INDEX case_task_open ON case_task (school_id, owner, due_on) WHERE status = 'open';

    CREATE TABLE case_action (
      action_id uuid PRIMARY KEY,
      case_id uuid NOT NULL REFERENCES attendance_case,
      school_id text NOT NULL,
      seq integer NOT NULL,
      kind text NOT NULL,
      on_day date NOT NULL,
      time text,
      actor jsonb NOT NULL,
      task text,
      round integer,
      details jsonb NOT NULL,
      -- First day of the spell it was about, for the daily absence list.
      spell date,
      superseded_by_event integer
    );
    CREATE INDEX case_action_case ON case_action (case_id, on_day);
    CREATE INDEX case_action_spell ON case_action (case_id, spell) WHERE spell IS NOT NULL;

    CREATE TABLE truancy_report (
      case_id uuid NOT NULL REFERENCES attendance_case,
      school_id text NOT NULL,
      school_year text NOT NULL,
      ordinal integer NOT NULL,
      filed_on date NOT NULL,
      filed_with text NOT NULL,
      filed_by jsonb NOT NULL,
      seq integer NOT NULL,
      withdrawn boolean NOT NULL DEFAULT false,
      PRIMARY KEY (case_id, school_year, ordinal)
    );
    -- An event serves one report.
    CREATE TABLE truancy_report_event (
      case_id uuid NOT NULL,
      school_year text NOT NULL,
      ordinal integer NOT NULL,
      date date NOT NULL,
      -- The attendance row as it was when the report was filed.
      basis jsonb NOT NULL,
      PRIMARY KEY (case_id, school_year, ordinal, date),
      FOREIGN KEY (case_id, school_year, ordinal) REFERENCES truancy_report
    );

    -- What was frozen for a letter, a referral or a packet: its whole source, so that it prints the same bytes for ever.
    CREATE TABLE document (
      document_id uuid PRIMARY KEY,
      case_id uuid NOT NULL,
      school_id text NOT NULL,
      kind text NOT NULL,
      ref text NOT NULL,
      version integer NOT NULL,
      template text NOT NULL,
      source jsonb NOT NULL,
      source_sha256 text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (case_id, kind, ref, version)
    );
    CREATE TABLE document_file (
      document_id uuid PRIMARY KEY REFERENCES document,
      sha256 text NOT NULL,
      bytes bytea NOT NULL
    );

    -- Done once for a school and cited on each case it reaches.
    CREATE TABLE school_record (
      record_id uuid PRIMARY KEY DEFAULT uuidv7(),
      school_id text NOT NULL REFERENCES school,
      task text NOT NULL,
      on_day date NOT NULL,
      actor jsonb NOT NULL,
      text text NOT NULL,
      caller text NOT NULL,
      idempotency_key text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (caller, idempotency_key)
    );
    CREATE INDEX school_record_school ON school_record (school_id, task, on_day);

    -- Messages to cases that are not yet done: a row goes when its effect is in this database.
    CREATE TABLE outbox (
      outbox_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      case_id uuid NOT NULL,
      standing_version bigint NOT NULL,
      written_at timestamptz NOT NULL DEFAULT now(),
      next_try_at timestamptz NOT NULL DEFAULT now(),
      tries integer NOT NULL DEFAULT 0,
      UNIQUE (case_id)
    );
    CREATE INDEX outbox_due ON outbox (next_try_at);
  `);
}
