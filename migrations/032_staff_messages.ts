import type { Knex } from 'knex';

/**
 * Why: a reminder that stays on a page reminds nobody who does not open it. What people who work for the district are told is a message of
 * its own, written together with the reminders it tells of, carried out of the building by a channel, and kept with what became of it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Where a person is written to; null: nowhere.
    ALTER TABLE person ADD COLUMN email text;

    -- A reminder of a missing submission has a name of its own, by which messages tell of it.
    ALTER TABLE submission_reminder ADD COLUMN reminder_id uuid NOT NULL DEFAULT uuidv7() UNIQUE;

    -- That somebody was asked for an open task of a case, as its policy says. Tasks are read tables and can be made anew; this is not in them.
    CREATE TABLE task_reminder (
      reminder_id uuid NOT NULL DEFAULT uuidv7() UNIQUE,
      case_id uuid NOT NULL,
      task text NOT NULL,
      round integer NOT NULL,
      -- The due day that it was about: another due day is another thing to be reminded of.
      due_on date NOT NULL,
      -- When: 'before' or 'after' the due day, and how many school days.
      moment text NOT NULL CHECK (moment IN ('before', 'after')),
      school_days integer NOT NULL,
      -- 'owner', or a role.
      recipient text NOT NULL,
      school_id text NOT NULL REFERENCES school,
      -- Whose work it was, and of which step, when it was written.
      owner text NOT NULL,
      step text NOT NULL,
      reminded_on date NOT NULL,
      PRIMARY KEY (case_id, task, round, due_on, moment, school_days, recipient)
    );
    CREATE INDEX task_reminder_day ON task_reminder (reminded_on);
    CREATE INDEX submission_reminder_day ON submission_reminder (reminded_on);

    CREATE TABLE staff_message (
      message_id uuid PRIMARY KEY DEFAULT uuidv7(),
      school_id text NOT NULL REFERENCES school,
      role text NOT NULL,
      -- Who is written to: an address in small letters, 'person:ID' of one who had none, 'role:ROLE' where nobody was known.
      recipient text NOT NULL,
      -- Null: a teacher of the roster, or nobody.
      person_id text REFERENCES person,
      -- The address; of a person the one at the last try. Null as long as there is none.
      address text,
      -- The district's day whose turn wrote it: one message a day for each recipient and school.
      day date NOT NULL,
      written_at timestamptz NOT NULL DEFAULT now(),
      -- As it was last handed over; null as long as nothing may have left, so that it can still tell of more.
      subject text,
      text text,
      tries integer NOT NULL DEFAULT 0,
      -- Null when it is done, or goes to nobody.
      next_try_at timestamptz,
      -- Why the last try failed.
      problem text,
      -- lapsed: nothing of what it told of was missing any more before it left.
      outcome text CHECK (outcome IN ('sent', 'refused', 'lapsed')),
      outcome_at timestamptz,
      CHECK (num_nulls(outcome, outcome_at) IN (0, 2)),
      UNIQUE (school_id, recipient, day)
    );
    CREATE INDEX staff_message_due ON staff_message (next_try_at) WHERE outcome IS NULL;
    CREATE INDEX staff_message_school ON staff_message (school_id, message_id);

    -- The reminders that a message tells of, each to a recipient once.
    CREATE TABLE staff_message_about (
      message_id uuid NOT NULL REFERENCES staff_message,
      kind text NOT NULL CHECK (kind IN ('submission', 'task')),
      reminder_id uuid NOT NULL,
      PRIMARY KEY (reminder_id, message_id)
    );
    CREATE INDEX staff_message_about_message ON staff_message_about (message_id);

    -- Whether some worker can send mail, and what keeps it from it.
    CREATE TABLE mail_service (
      "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
      -- A worker with a mail server was at work.
      seen_at timestamptz NOT NULL,
      -- Why the last message could not be handed over; null once one could.
      problem text
    );

    GRANT SELECT ON task_reminder, staff_message, staff_message_about, mail_service TO rollbook_worker, rollbook_api;
    GRANT INSERT ON task_reminder, staff_message, staff_message_about TO rollbook_worker;
    GRANT UPDATE (address, subject, text, tries, next_try_at, problem, outcome, outcome_at) ON staff_message TO rollbook_worker;
    GRANT INSERT, UPDATE ON mail_service TO rollbook_worker;
  `);
}
