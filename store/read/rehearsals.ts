import type { Day } from '../../cases/actions.ts';
import type { Role } from '../../policy/vocabulary.ts';
import type { Database } from '../database.ts';
import type { PolicyRehearsed } from '../intake/rehearsals.ts';
import type { StudentAtStep } from '../rehearsals.ts';
import { withinReach, type Reach } from './subjects.ts';

type Which = PolicyRehearsed['which'];

/** A rehearsal as it stands. */
export interface RehearsalRow {
  rehearsalId: string;
  from: Day;
  to: Day;
  schools: string[] | null;
  policies: { which: Which; id: string; version: number }[];
  responses: unknown;
  askedBy: string;
  askedRole: Role;
  askedAt: string;
  status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  students: number | null;
  done: number;
  result: unknown;
  problem: string | null;
  endedBy: string | null;
  endedAt: string | null;
}

/** Null when there is none of this id. */
export async function readRehearsal(db: Database, rehearsalId: string): Promise<RehearsalRow | null> {
  const { rows } = await db.raw<{ rows: (Omit<RehearsalRow, 'askedAt' | 'endedAt'> & { asked: Date; ended: Date | null })[] }>(
    `SELECT r.rehearsal_id AS "rehearsalId", from_day AS "from", to_day AS "to", schools, responses, asked_by AS "askedBy",
       asked_role AS "askedRole", asked_at AS asked, status, students, result, problem, ended_by AS "endedBy", ended_at AS ended,
       (SELECT jsonb_agg(jsonb_build_object('which', p -> 'which', 'id', p #> '{ladder,policy,id}', 'version', p #> '{ladder,policy,version}'))
        FROM jsonb_array_elements(policies) AS p) AS policies,
       (SELECT coalesce(sum(done), 0)::integer FROM policy_rehearsal_part p WHERE p.rehearsal_id = r.rehearsal_id) AS done
     FROM policy_rehearsal r WHERE r.rehearsal_id = ?`,
    [rehearsalId],
  );
  const [row] = rows;
  if (!row) return null;
  const { asked, ended, ...rest } = row;
  return { ...rest, askedAt: asked.toISOString(), endedAt: ended === null ? null : ended.toISOString() };
}

/** A week of a school, or of all schools together. */
export interface RehearsedWeek {
  week: Day;
  tasks: number;
  calls: number;
  letters: number;
  visits: number;
  meetings: number;
  sarts: number;
  reports: number;
  referrals: number;
  minutes: Record<string, number>;
}

/** The weeks that a rehearsal found for one policy, in order: of one school, or all schools added up. */
export async function readRehearsedWeeks(
  db: Database,
  rehearsalId: string,
  asked: { which: Which; school: string | null },
): Promise<RehearsedWeek[]> {
  const { rows } = await db.raw<{ rows: RehearsedWeek[] }>(
    `WITH here AS (
       SELECT * FROM policy_rehearsal_week
       WHERE rehearsal_id = :rehearsalId AND which = :which AND (CAST(:school AS text) IS NULL OR school_id = :school)
     ), spent AS (
       SELECT week, jsonb_object_agg(role, minutes) AS minutes FROM (
         SELECT week, m.key AS role, sum(m.value::numeric) AS minutes FROM here CROSS JOIN LATERAL jsonb_each_text(minutes) AS m GROUP BY week, m.key) AS of_role
       GROUP BY week
     )
     SELECT week, sum(tasks)::integer AS tasks, sum(calls)::integer AS calls, sum(letters)::integer AS letters, sum(visits)::integer AS visits,
       sum(meetings)::integer AS meetings, sum(sarts)::integer AS sarts, sum(reports)::integer AS reports, sum(referrals)::integer AS referrals,
       coalesce(s.minutes, '{}') AS minutes
     FROM here LEFT JOIN spent s USING (week) GROUP BY week, s.minutes ORDER BY week`,
    { rehearsalId, ...asked },
  );
  return rows;
}

/** A student as a rehearsal found the case to stand on the last day. */
export interface RehearsedStudent extends Omit<StudentAtStep, 'student'> {
  studentId: string;
  caseId: string;
  localId: string;
  firstName: string;
  middleName: string | null;
  lastName: string;
}

/** A page of the students at each step, by id, among those somebody can see; the school is the one that they go to now. */
export async function readRehearsedStudents(
  db: Database,
  reach: Reach,
  asked: { rehearsalId: string; which: Which; step?: string | undefined; school?: string | undefined; after: string | null; limit: number },
): Promise<RehearsedStudent[]> {
  const found = db('policy_rehearsal_student AS r')
    .join('student AS s', 's.student_id', 'r.student_id')
    .leftJoin('attendance_case AS c', 'c.case_id', 's.case_id')
    .where({ 'r.rehearsal_id': asked.rehearsalId, 'r.which': asked.which })
    .orderBy('r.student_id')
    .limit(asked.limit);
  void withinReach(found, reach);
  if (asked.step !== undefined) void found.where('r.step', asked.step);
  if (asked.school !== undefined) void found.where('s.school_id', asked.school);
  if (asked.after !== null) void found.where('r.student_id', '>', asked.after);
  return found.select<RehearsedStudent[]>(
    'r.student_id AS studentId',
    's.case_id AS caseId',
    's.local_id AS localId',
    's.first_name AS firstName',
    's.middle_name AS middleName',
    's.last_name AS lastName',
    's.school_id AS school',
    'r.step',
    'r.phase',
    'r.open_tasks AS openTasks',
    'r.reports',
    'r.letters',
    'r.referred',
  );
}
