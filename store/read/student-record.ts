import type { Database } from '../database.ts';
import type { StudentFlag } from '../../policy/vocabulary.ts';

/** Days between which something was so; `until` is null while it is. */
interface Span {
  since: string;
  until: string | null;
}

/** All that the roster says of a student, each with its days. */
export interface StudentRecord {
  identifiers: (Span & { scheme: 'local' | 'ssid' | 'sis'; value: string })[];
  enrollments: {
    school: string;
    entry: string;
    exit: string | null;
    exitReason: string | null;
    track: string | null;
    program: string | null;
    grade: string | null;
  }[];
  flags: (Span & { flag: StudentFlag; detail: string | null })[];
  groups: (Span & { dimension: string; value: string })[];
  sections: (Span & {
    school: string;
    section: string;
    course: string | null;
    period: string | null;
    homeroom: boolean;
    teacher: string | null;
  })[];
  suspensions: { school: string; firstDay: string; lastDay: string; kind: 'OSS' | 'ISS' }[];
  /** Records that were merged into this one, or the one into which this was merged. */
  merges: { mergeId: string; survivor: string; absorbed: string; on: string; by: string; undoneOn: string | null }[];
}

/** The records of a student: its own, and those merged into it. */
export async function recordsOf(db: Database, studentId: string): Promise<string[]> {
  return db('student').where({ student_id: studentId }).orWhere({ merged_into: studentId }).pluck<string[]>('student_id');
}

/** Reads all that the roster says of a student. @param records the student's records */
export async function readStudentRecord(db: Database, studentId: string, records: readonly string[]): Promise<StudentRecord> {
  const { rows } = await db.raw<{ rows: StudentRecord[] }>(
    `SELECT
       (SELECT coalesce(json_agg(json_build_object('scheme', i.scheme, 'value', i.value, 'since', i.since, 'until', i.until)
          ORDER BY i.scheme, i.since, i.value), '[]') FROM student_identifier i WHERE i.student_id = ANY(CAST(:records AS uuid[]))) AS identifiers,
       (SELECT coalesce(json_agg(json_build_object('school', e.school_id, 'entry', e.entry_date, 'exit', e.exit_date, 'exitReason', e.exit_reason,
          'track', nullif(e.track, ''), 'program', e.program, 'grade', e.grade) ORDER BY e.entry_date), '[]')
        FROM enrollment e WHERE e.student_id = :student) AS enrollments,
       (SELECT coalesce(json_agg(json_build_object('flag', f.flag, 'since', f.since, 'until', f.until, 'detail', f.detail)
          ORDER BY f.flag, f.since), '[]') FROM student_flag f WHERE f.student_id = :student) AS flags,
       (SELECT coalesce(json_agg(json_build_object('dimension', g.dimension, 'value', g.value, 'since', g.since, 'until', g.until)
          ORDER BY g.dimension, g.since), '[]') FROM student_group g WHERE g.student_id = :student) AS groups,
       (SELECT coalesce(json_agg(json_build_object('school', n.school_id, 'section', n.section_id, 'since', n.since, 'until', n.until,
          'course', k.course, 'period', k.period, 'homeroom', k.homeroom, 'teacher', t.teacher) ORDER BY k.homeroom DESC, k.period, n.section_id, n.since), '[]')
        FROM section_enrollment n JOIN section k USING (school_id, section_id)
        LEFT JOIN section_teacher t ON t.school_id = k.school_id AND t.section_id = k.section_id AND t.until IS NULL
        WHERE n.student_id = ANY(CAST(:records AS uuid[]))) AS sections,
       (SELECT coalesce(json_agg(json_build_object('school', s.school_id, 'firstDay', s.first_day, 'lastDay', s.last_day, 'kind', s.kind)
          ORDER BY s.first_day), '[]') FROM student_suspension s WHERE s.student_id = :student) AS suspensions,
       (SELECT coalesce(json_agg(json_build_object('mergeId', m.merge_id, 'survivor', m.survivor, 'absorbed', m.absorbed, 'on', m.merged_on,
          'by', m.merged_by ->> 'id', 'undoneOn', m.undone_on) ORDER BY m.merge_id), '[]')
        FROM student_merge m WHERE :student IN (m.survivor, m.absorbed)) AS merges`,
    { student: studentId, records },
  );
  return rows[0]!;
}
