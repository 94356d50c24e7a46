import type { Knex } from 'knex';

/**
 * Why: a school can come to Rollbook when its year is under way. What was done there before is known from files only and has to stand
 * apart from what Rollbook saw; and nothing may begin there before a named person has released the school.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- How each school came to Rollbook: decided once, when its calendar and its students are first known.
    CREATE TABLE school_start (
      school_id text PRIMARY KEY REFERENCES school,
      known_on date NOT NULL,
      -- School days of the year that had begun before that day.
      school_days integer NOT NULL,
      -- More of them than the policy lets pass: nothing escalates until somebody releases the school.
      under_way boolean NOT NULL,
      delivery_id uuid REFERENCES delivery,
      released_on date,
      -- {id, role, place}
      released_by jsonb,
      -- What the person who released it wrote.
      note text,
      command_id uuid REFERENCES attendance_command
    );
    -- Whatever runs already, runs.
    INSERT INTO school_start (school_id, known_on, school_days, under_way)
    SELECT school_id, min(entry_date), 0, false FROM enrollment GROUP BY school_id;

    -- What was done before Rollbook knew the school, as a file says it.
    CREATE TABLE earlier_record (
      record_id uuid PRIMARY KEY DEFAULT uuidv7(),
      student_id uuid NOT NULL REFERENCES student,
      -- report, letter, or a kind of action.
      record text NOT NULL,
      on_day date NOT NULL,
      time text,
      -- What the case is told beside the day: codes and dates only.
      body jsonb NOT NULL,
      -- Of whoever did it, where the file says it.
      role text,
      done_by text NOT NULL,
      -- Whom it reached, in the file's words.
      reached text,
      -- The number it has where it was recorded.
      reference text,
      -- Tells it from every other record of the student, so that the same file can come twice.
      content text NOT NULL,
      -- Free text, apart from the rest so that it can lawfully be destroyed; the case's record carries its salted digest.
      text text,
      text_salt text,
      text_digest text,
      delivery_id uuid NOT NULL REFERENCES delivery,
      file text NOT NULL,
      line bigint NOT NULL,
      entered_by text NOT NULL,
      entered_on date NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      -- The event by which the case took note of it; null until then.
      seq integer,
      UNIQUE (student_id, content)
    );
    CREATE INDEX earlier_record_untold ON earlier_record (student_id) WHERE seq IS NULL;

    ALTER TABLE truancy_report
      -- Filed before Rollbook knew the school: filed_by is who brought it in.
      ADD COLUMN elsewhere boolean NOT NULL DEFAULT false;
    ALTER TABLE case_action ADD COLUMN elsewhere boolean NOT NULL DEFAULT false;
    ALTER TABLE attendance_command
      DROP CONSTRAINT attendance_command_kind_check,
      ADD CHECK (kind IN ('map_code', 'correct_day', 'settle_retractions', 'release_school'));

    GRANT SELECT ON school_start, earlier_record TO rollbook_worker, rollbook_api;
    GRANT INSERT ON school_start, earlier_record TO rollbook_worker;
    GRANT UPDATE (released_on, released_by, note, command_id) ON school_start TO rollbook_worker;
    GRANT UPDATE (seq) ON earlier_record TO rollbook_worker;
  `);
}
