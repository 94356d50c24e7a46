import type { Database } from '../database.ts';
import { bestMessage, type MessageState } from './staff-messages.ts';

export interface SubmissionRow {
  /** '' of the whole school day, as is the period. */
  section: string;
  period: string;
  course: string | null;
  teacher: string | null;
  /** Instants, ISO 8601 in UTC. */
  startsAt: string | null;
  submittedAt: string | null;
  /** Submitted later after the lesson began than the policy allows. */
  late: boolean;
}

export interface Reminder {
  role: string;
  on: string;
  /** What became of the messages that tell of it, the best of them; null when none does. */
  message: MessageState | null;
}

export interface MissingRow {
  section: string;
  period: string;
  noticedOn: string;
  reminders: Reminder[];
}

export interface SubmissionDay {
  date: string;
  /** Attendance of the school day has come: a complete delivery, or somebody's word that it was taken. */
  taken: boolean;
  submissions: SubmissionRow[];
  missing: MissingRow[];
}

const iso = (instant: string): string => `to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\\:MI\\:SS.MS"Z"')`;

/**
 * What was submitted at a school, instructional day by day, and what is missing.
 * @param withinMinutes the policy's limit for a section, from the beginning of the lesson
 */
export async function readSubmissions(
  db: Database,
  input: { schoolId: string; from: string; to: string; withinMinutes: number },
): Promise<SubmissionDay[]> {
  const { rows } = await db.raw<{ rows: SubmissionDay[] }>(
    `SELECT c.date, k.date IS NOT NULL AS taken,
       coalesce((
         SELECT json_agg(json_build_object('section', s.section, 'period', s.period, 'course', n.course, 'teacher', n.teacher,
           'startsAt', ${iso('s.starts_at')}, 'submittedAt', ${iso('s.submitted_at')},
           'late', coalesce(s.submitted_at > s.starts_at + :withinMinutes * interval '1 minute', false)) ORDER BY s.period, s.section)
         FROM submission s LEFT JOIN LATERAL (
           SELECT x.course, (SELECT string_agg(t.teacher, ', ' ORDER BY t.teacher) FROM section_teacher t
             WHERE t.school_id = x.school_id AND t.section_id = x.section_id AND s.date BETWEEN t.since AND coalesce(t.until, s.date)) AS teacher
           FROM section x WHERE x.school_id = s.school_id AND x.section_id = s.section) AS n ON true
         WHERE s.school_id = c.school_id AND s.date = c.date), '[]') AS submissions,
       coalesce((
         SELECT json_agg(json_build_object('section', m.section, 'period', m.period, 'noticedOn', m.noticed_on, 'reminders', coalesce((
           SELECT json_agg(json_build_object('role', r.role, 'on', r.reminded_on, 'message', ${bestMessage('r')}) ORDER BY r.reminded_on, r.role)
           FROM submission_reminder r
           WHERE (r.school_id, r.date, r.section, r.period) = (m.school_id, m.date, m.section, m.period)), '[]')) ORDER BY m.period, m.section)
         FROM missing_submission m WHERE m.school_id = c.school_id AND m.date = c.date AND m.came_on IS NULL), '[]') AS missing
     FROM calendar_day c LEFT JOIN covered_day k USING (school_id, date)
     WHERE c.school_id = :schoolId AND c.instructional AND c.date BETWEEN CAST(:from AS date) AND CAST(:to AS date)
     ORDER BY c.date`,
    input,
  );
  return rows;
}
