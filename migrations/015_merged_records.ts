import type { Knex } from 'knex';

/**
 * Why: while two records of one student count as one, what each says has to stay apart, so that they can be parted again; the student's
 * own rows are then kept under a record of their own, and the student has the union. And a day of suspension has to be shown as it counts.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The record under which a student's own rows are kept while other records count as the student, too.
    CREATE TABLE own_record (
      student_id uuid PRIMARY KEY REFERENCES student,
      record_id uuid NOT NULL UNIQUE REFERENCES student,
      -- False between merges: the student's rows are under the student again.
      active boolean NOT NULL
    );
    CREATE OR REPLACE VIEW held_day AS
      SELECT DISTINCT coalesce(k.merged_into, h.student_id) AS student_id, h.date, 'code_not_mapped' AS why
      FROM held_row h JOIN student k USING (student_id) WHERE h.settled IS NULL;

    -- Day records as they count: a suspension out of school is an excused absence whatever the row says, one in school is presence.
    CREATE VIEW counted_day AS
      SELECT a.student_id, a.date, a.school_id,
        CASE s.kind WHEN 'OSS' THEN 'absent' WHEN 'ISS' THEN 'present' ELSE a.status END AS status,
        CASE s.kind WHEN 'OSS' THEN 'excused' WHEN 'ISS' THEN 'unknown' ELSE a.excuse END AS excuse,
        a.code_raw, a.minutes, CASE s.kind WHEN 'OSS' THEN true WHEN 'ISS' THEN false ELSE a.absent END AS absent,
        CASE WHEN s.kind IS NULL THEN a.truancy END AS truancy, coalesce(s.kind, a.suspension) AS suspension, a.delivery_id, a.file, a.line
      FROM attendance_day a LEFT JOIN suspended_day s ON s.student_id = a.student_id AND s.date = a.date
      UNION ALL
      SELECT s.student_id, s.date, s.school_id, 'absent', 'excused', s.kind, NULL, true, NULL, s.kind, u.delivery_id, u.file, u.line
      FROM suspended_day s JOIN suspension u USING (suspension_id)
      WHERE s.kind = 'OSS' AND NOT EXISTS (SELECT FROM attendance_day a WHERE a.student_id = s.student_id AND a.date = s.date);

    GRANT SELECT ON counted_day, own_record TO rollbook_worker, rollbook_api;
    GRANT INSERT, UPDATE ON own_record TO rollbook_worker;
    GRANT UPDATE (student_id) ON held_row TO rollbook_worker;
  `);
}
