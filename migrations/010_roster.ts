import type { Knex } from 'knex';

/**
 * Why: a case needs more of a student than a name and a school: under which numbers which system knows the student, every stay with its
 * track and program, what the student is from which day on, the teachers, the suspensions, who may be told what by law or by a court's
 * order, who lives in one household; and two records of one student have to become one, and two again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE student
      -- The student as whom this record now counts; null while it counts for itself.
      ADD COLUMN merged_into uuid REFERENCES student;
    CREATE INDEX student_merged ON student (merged_into) WHERE merged_into IS NOT NULL;

    -- The numbers by which systems know a student, each what it is: the schools' own (local), the state's (ssid), the source system's key (sis).
    CREATE TABLE student_identifier (
      identifier_id uuid PRIMARY KEY DEFAULT uuidv7(),
      student_id uuid NOT NULL REFERENCES student,
      scheme text NOT NULL CHECK (scheme IN ('local', 'ssid', 'sis')),
      value text NOT NULL,
      -- District days on which it was first and last said; null while it is said.
      since date NOT NULL,
      until date,
      recorded_by text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE UNIQUE INDEX student_identifier_now ON student_identifier (scheme, value) WHERE until IS NULL;
    CREATE UNIQUE INDEX student_identifier_one ON student_identifier (student_id, scheme) WHERE until IS NULL;
    CREATE INDEX student_identifier_value ON student_identifier (value);
    INSERT INTO student_identifier (student_id, scheme, value, since, recorded_by)
    SELECT student_id, 'local', local_id, entry_date, 'delivery:' || coalesce(delivery_id::text, '') FROM student;

    ALTER TABLE enrollment
      -- Which of the school's calendars counts; '' is the one of all tracks.
      ADD COLUMN track text NOT NULL DEFAULT '',
      ADD COLUMN program text,
      ADD COLUMN grade text,
      ADD COLUMN exit_reason text,
      -- The exit that the source said; exit_date is that, or the day before the next entry if it comes first.
      ADD COLUMN exit_said date,
      ADD COLUMN delivery_id uuid REFERENCES delivery;
    UPDATE enrollment SET exit_said = exit_date;
    CREATE INDEX enrollment_school ON enrollment (school_id);
    CREATE INDEX enrollment_entry ON enrollment (entry_date);

    -- What an enrollment said before and after: nothing is overwritten without a trace.
    CREATE TABLE enrollment_change (
      change_id uuid PRIMARY KEY DEFAULT uuidv7(),
      student_id uuid NOT NULL REFERENCES student,
      entry_date date NOT NULL,
      old jsonb,
      new jsonb,
      delivery_id uuid REFERENCES delivery,
      recorded_by text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX enrollment_change_student ON enrollment_change (student_id);

    -- What a calendar file said of one track; calendar_day is the school's own calendar, of the days on which any track is taught.
    CREATE TABLE calendar_said (
      school_id text NOT NULL REFERENCES school,
      -- '' speaks of all tracks.
      track text NOT NULL,
      date date NOT NULL,
      event text NOT NULL,
      instructional boolean NOT NULL,
      session text,
      PRIMARY KEY (school_id, track, date)
    );
    INSERT INTO calendar_said (school_id, track, date, event, instructional, session)
    SELECT school_id, '', date, event, instructional, session FROM calendar_day;
    -- The whole calendar of each track that has one of its own, numbered for itself.
    CREATE TABLE track_day (
      school_id text NOT NULL REFERENCES school,
      track text NOT NULL CHECK (track <> ''),
      date date NOT NULL,
      event text NOT NULL,
      instructional boolean NOT NULL,
      session text,
      school_day integer,
      PRIMARY KEY (school_id, track, date)
    );
    -- Every calendar by school and track; '' is the school's own.
    CREATE VIEW calendar_of AS
      SELECT school_id, '' AS track, date, event, instructional, session, school_day FROM calendar_day
      UNION ALL SELECT school_id, track, date, event, instructional, session, school_day FROM track_day;

    CREATE TABLE section (
      school_id text NOT NULL REFERENCES school,
      section_id text NOT NULL,
      course text,
      period text,
      homeroom boolean NOT NULL DEFAULT false,
      PRIMARY KEY (school_id, section_id)
    );
    CREATE TABLE section_teacher (
      school_id text NOT NULL,
      section_id text NOT NULL,
      since date NOT NULL,
      until date,
      teacher text NOT NULL,
      teacher_email text,
      PRIMARY KEY (school_id, section_id, since),
      FOREIGN KEY (school_id, section_id) REFERENCES section
    );
    CREATE TABLE section_enrollment (
      student_id uuid NOT NULL REFERENCES student,
      school_id text NOT NULL,
      section_id text NOT NULL,
      since date NOT NULL,
      until date CHECK (until >= since),
      PRIMARY KEY (student_id, school_id, section_id, since),
      FOREIGN KEY (school_id, section_id) REFERENCES section
    );
    CREATE INDEX section_enrollment_section ON section_enrollment (school_id, section_id);

    -- What a source said a student is from a day on, as it said it: flags and groups are told from the statements that stand.
    CREATE TABLE student_profile (
      profile_id uuid PRIMARY KEY DEFAULT uuidv7(),
      student_id uuid NOT NULL REFERENCES student,
      since date NOT NULL,
      facts jsonb NOT NULL,
      delivery_id uuid REFERENCES delivery,
      recorded_by text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      superseded_by uuid REFERENCES student_profile DEFERRABLE INITIALLY DEFERRED
    );
    CREATE UNIQUE INDEX student_profile_now ON student_profile (student_id, since) WHERE superseded_by IS NULL;

    -- Groups of a student, each from one day until another, in the source's own words.
    CREATE TABLE student_group (
      student_id uuid NOT NULL REFERENCES student,
      dimension text NOT NULL CHECK (dimension IN ('race_ethnicity', 'gender', 'lunch', 'home_language', 'disability', 'graduation_status')),
      since date NOT NULL,
      until date CHECK (until >= since),
      value text NOT NULL,
      PRIMARY KEY (student_id, dimension, since)
    );

    CREATE TABLE suspension (
      suspension_id uuid PRIMARY KEY DEFAULT uuidv7(),
      student_id uuid NOT NULL REFERENCES student,
      school_id text NOT NULL REFERENCES school,
      first_day date NOT NULL,
      last_day date NOT NULL CHECK (last_day >= first_day),
      -- Out of school: absent on the absence clock and never unexcused. In school: attended.
      kind text NOT NULL CHECK (kind IN ('OSS', 'ISS')),
      cause text,
      delivery_id uuid REFERENCES delivery,
      file text,
      line bigint,
      recorded_by text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      -- Itself, when the source took it back.
      superseded_by uuid REFERENCES suspension DEFERRABLE INITIALLY DEFERRED
    );
    CREATE UNIQUE INDEX suspension_now ON suspension (student_id, first_day) WHERE superseded_by IS NULL;
    CREATE VIEW student_suspension AS
      SELECT coalesce(k.merged_into, s.student_id) AS student_id, s.school_id, s.first_day, s.last_day, s.kind
      FROM suspension s JOIN student k USING (student_id) WHERE s.superseded_by IS NULL;

    -- The school days of the suspensions that stand, each with the row it came from.
    CREATE TABLE suspended_day (
      student_id uuid NOT NULL REFERENCES student,
      date date NOT NULL,
      school_id text NOT NULL REFERENCES school,
      kind text NOT NULL CHECK (kind IN ('OSS', 'ISS')),
      suspension_id uuid NOT NULL REFERENCES suspension,
      PRIMARY KEY (student_id, date)
    );
    CREATE INDEX suspended_day_date ON suspended_day (date);

    ALTER TABLE contact
      -- What the person is to the student by law; null while no source or person has said so.
      ADD COLUMN legal_role text CHECK (legal_role IN ('parent', 'education_rights_holder', 'caregiver', 'social_worker', 'emergency_contact')),
      -- The order of a court that limits this person's rights, in words, from and until when, and what it takes away.
      ADD COLUMN court_order text,
      ADD COLUMN court_order_date date,
      ADD COLUMN court_order_until date,
      -- Of a contact that was taken out of use (superseded by itself): the person or delivery that did so.
      ADD COLUMN removed_by text,
      ADD COLUMN court_order_limits text[] NOT NULL DEFAULT '{}' CHECK (court_order_limits <@ ARRAY['contact', 'letters']);

    -- The last row of a contact that a file brought: a correction by hand stands until the file says something else than this.
    CREATE INDEX contact_history ON contact (student_id, local_id);

    -- By what a household is known: an address, a telephone or a person that several students share. See docs/students.md.
    CREATE TABLE household_key (
      student_id uuid NOT NULL REFERENCES student,
      kind text NOT NULL CHECK (kind IN ('address', 'phone', 'contact')),
      value text NOT NULL,
      PRIMARY KEY (student_id, kind, value)
    );
    CREATE INDEX household_key_value ON household_key (kind, value);

    -- Two records that a person said are of one student, and that two people may have parted again.
    CREATE TABLE student_merge (
      merge_id uuid PRIMARY KEY DEFAULT uuidv7(),
      survivor uuid NOT NULL REFERENCES student,
      absorbed uuid NOT NULL REFERENCES student CHECK (absorbed <> survivor),
      reason text NOT NULL,
      merged_by jsonb NOT NULL,
      merged_on date NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      -- When the records were brought together; null while that is still to be done.
      settled_at timestamptz,
      undo_reason text,
      undone_by jsonb,
      undone_on date,
      undo_settled_at timestamptz
    );
    CREATE UNIQUE INDEX student_merge_now ON student_merge (absorbed) WHERE undone_on IS NULL;
    CREATE INDEX student_merge_survivor ON student_merge (survivor);
    CREATE INDEX student_merge_open ON student_merge (merge_id) WHERE settled_at IS NULL OR (undone_on IS NOT NULL AND undo_settled_at IS NULL);

    ALTER TABLE standing
      -- {on, reason}: the student left the district; null while enrolled.
      ADD COLUMN departed jsonb,
      -- {merge, student, case}: this record counts as another student now.
      ADD COLUMN merged_into jsonb,
      -- [{merge, student, case, reports}]: the records that count as this student, with the reports that stand on their cases.
      ADD COLUMN joined jsonb NOT NULL DEFAULT '[]';

    -- The calendar that counts for a stay: the track's, when the track has one of its own.
    CREATE FUNCTION calendar_track(school text, track text) RETURNS text LANGUAGE sql STABLE AS $$
      SELECT CASE WHEN $2 <> '' AND EXISTS (SELECT FROM track_day d WHERE d.school_id = $1 AND d.track = $2) THEN $2 ELSE '' END
    $$;
    CREATE OR REPLACE FUNCTION days_enrolled(student uuid, day date) RETURNS integer LANGUAGE sql STABLE AS $$
      SELECT count(*)::integer
      FROM enrollment e
      JOIN calendar_of c ON c.school_id = e.school_id AND c.track = calendar_track(e.school_id, e.track) AND c.instructional
        AND c.date >= greatest(e.entry_date, make_date(extract(year FROM day)::integer - (extract(month FROM day) < 7)::integer, 7, 1))
        AND c.date <= least(coalesce(e.exit_date, day), day)
      WHERE e.student_id = student
        AND (c.date < day OR EXISTS (SELECT FROM covered_day k WHERE k.school_id = c.school_id AND k.date = c.date))
    $$;
    CREATE OR REPLACE VIEW current_standing AS
      SELECT s.student_id, s.case_id, s.school_id, s.version, n.as_of, s.school_year, s.age, s.absences, s.excused, s.unexcused, s.unverified,
        days_enrolled(s.student_id, n.as_of) AS days_enrolled, s.truancy, s.pending, s.occasions, s.holds, s.flags, s.recovered_on, s.chronic,
        s.departed, s.merged_into, s.joined
      FROM standing s CROSS JOIN LATERAL (SELECT greatest(s.as_of, (SELECT max(t.date) FROM district_turn t)) AS as_of) AS n;

    GRANT SELECT ON student_identifier, enrollment_change, calendar_said, track_day, calendar_of, section, section_teacher, section_enrollment,
      student_profile, student_group, suspension, student_suspension, suspended_day, household_key, student_merge TO rollbook_worker, rollbook_api;
    GRANT INSERT, UPDATE, DELETE ON student_identifier, calendar_said, track_day, section, section_teacher, section_enrollment, student_group,
      suspended_day, household_key TO rollbook_worker;
    GRANT INSERT ON enrollment_change, student_profile, suspension TO rollbook_worker;
    GRANT UPDATE (superseded_by, student_id) ON student_profile TO rollbook_worker;
    GRANT UPDATE (superseded_by, student_id) ON suspension TO rollbook_worker;
    GRANT UPDATE (settled_at, undo_settled_at) ON student_merge TO rollbook_worker;
    GRANT UPDATE (removed_by) ON contact TO rollbook_api;
    GRANT INSERT ON student_merge TO rollbook_api;
    GRANT UPDATE (undo_reason, undone_by, undone_on) ON student_merge TO rollbook_api;
    -- A contact corrected by hand can link households anew.
    GRANT INSERT, DELETE ON household_key TO rollbook_api;
  `);
}
