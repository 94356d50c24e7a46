import type { Knex } from 'knex';

/**
 * Why: a day record has to say what it means on both clocks however it was sent (a day's code, periods, minutes, a person's
 * correction), so that standings are counted from one place; and a standing has to carry what holds it, what flags the student has and
 * since when the student has recovered.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE attendance_day
      DROP CONSTRAINT attendance_day_status_check,
      ADD CHECK (status IN ('absent', 'tardy', 'early_departure', 'present')),
      DROP CONSTRAINT attendance_day_excuse_check,
      ADD CHECK (excuse IN ('excused', 'unexcused', 'unverified', 'exempt', 'unknown')),
      -- On the absence clock: this day counts as absent, whatever the reason.
      ADD COLUMN absent boolean NOT NULL DEFAULT false,
      -- On the truancy clock: what the day is when it is, or becomes, unexcused; null when it can be no truancy event.
      ADD COLUMN truancy text CHECK (truancy IN ('full_day', 'occasion')),
      -- Share of the day missed, 0 to 1; null when not said.
      ADD COLUMN portion numeric(4, 3) CHECK (portion BETWEEN 0 AND 1),
      ADD COLUMN suspension text CHECK (suspension IN ('OSS', 'ISS')),
      ADD COLUMN independent_study text CHECK (independent_study IN ('complete', 'incomplete')),
      ADD COLUMN mode text CHECK (mode IN ('in_person', 'remote')),
      -- Where the day's meaning comes from.
      ADD COLUMN basis text NOT NULL DEFAULT 'day' CHECK (basis IN ('day', 'periods', 'minutes', 'hand')),
      -- The rule and the periods or minutes it was derived from; null when the row speaks of the day itself.
      ADD COLUMN derivation jsonb;
    UPDATE attendance_day SET absent = status = 'absent',
      truancy = CASE WHEN status = 'absent' AND excuse IN ('unexcused', 'unverified') THEN 'full_day' END;

    -- What a student is, from one day until another, as far as it changes the path of a case.
    CREATE TABLE student_flag (
      student_id uuid NOT NULL REFERENCES student,
      flag text NOT NULL CHECK (flag IN ('iep', 'section_504', 'english_learner', 'foster', 'homeless', 'medical', 'juvenile_justice',
        'independent_study', 'continuation')),
      since date NOT NULL,
      -- Last day on which it holds; null while it does.
      until date CHECK (until >= since),
      detail text,
      delivery_id uuid REFERENCES delivery,
      recorded_by text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (student_id, flag, since)
    );

    ALTER TABLE standing
      -- Of the truancy events, those that are an occasion of more than 30 minutes and no full day (EC 48260).
      ADD COLUMN occasions date[] NOT NULL DEFAULT '{}',
      -- [{why, since}]: reasons for which nothing may escalate on this standing just now.
      ADD COLUMN holds jsonb NOT NULL DEFAULT '[]',
      ADD COLUMN flags text[] NOT NULL DEFAULT '{}',
      -- Day on which the policy's rule of recovery was met; null while it is not.
      ADD COLUMN recovered_on date;

    GRANT SELECT ON student_flag TO rollbook_worker, rollbook_api;
    GRANT INSERT, UPDATE, DELETE ON student_flag TO rollbook_worker;
  `);
}
