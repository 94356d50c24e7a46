import { bandPositionSql, linesOf, POLICY_LINES } from '../band-position.ts';
import type { Database } from '../database.ts';

export async function schoolExists(db: Database, schoolId: string): Promise<boolean> {
  return (await db('school').where({ school_id: schoolId }).first('school_id')) !== undefined;
}

/** Those among ids that are no school of the district. */
export async function unknownSchools(db: Database, schools: readonly string[]): Promise<string[]> {
  const known = new Set(await db('school').whereIn('school_id', schools).pluck<string[]>('school_id'));
  return schools.filter((school) => !known.has(school));
}

export interface SchoolRow {
  schoolId: string;
  name: string;
  students: number;
}

/** Schools by name; `schools` null means all of the district. */
export async function listSchools(db: Database, schools: string[] | null): Promise<SchoolRow[]> {
  const query = db('school AS h').orderBy('h.name');
  if (schools !== null) void query.whereIn('h.school_id', schools);
  const rows = await query.select<{ school_id: string; name: string; students: number }[]>(
    'h.school_id',
    'h.name',
    db.raw('(SELECT count(*) FROM student s WHERE s.school_id = h.school_id AND s.merged_into IS NULL) AS students'),
  );
  return rows.map((row) => ({ schoolId: row.school_id, name: row.name, students: row.students }));
}

export interface SchoolStatusRow {
  name: string;
  /** Students by the band of their absences under the policy in force, every band, nobody in it or not; `band` null below the first. */
  bands: { band: string | null; from: number | null; to: number | null; students: number; open: number }[];
  /** Students with the unexcused days that a first report needs, of whatever age and cleared or not; null while no policy is in force. */
  unexcused: { days: number; students: number } | null;
  /** Open tasks by the role that owns them. */
  tasks: { owner: string; open: number; overdue: number; schoolTasksNeeded: number }[];
  /** Students for whom a truancy report is due. */
  reportsDue: number;
  cases: number;
  referred: number;
  casesNeedingAttention: { caseId: string; why: string }[];
  /** Last instructional day up to which every one is covered; null when none is. */
  coveredUpTo: string | null;
  /** Instructional days up to today without attendance. */
  uncovered: string[];
}

/**
 * How a school stands on a day.
 * @param day the district's day: tasks due before it are overdue
 */
export async function readSchoolStatus(db: Database, schoolId: string, day: string): Promise<SchoolStatusRow> {
  const { name } = await db('school').where({ school_id: schoolId }).first<{ name: string }>('name');
  const { rows: bands } = await db.raw<{ rows: SchoolStatusRow['bands'] }>(
    `WITH band AS (
       SELECT l.band, l.position, l.absences_from AS "from", lead(l.absences_from) OVER (ORDER BY l.position) - 1 AS "to"
       FROM (
         SELECT p.band, p.position, p.absences_from FROM policy_band p JOIN policy_version v USING (policy_id, version) WHERE v.in_force
         UNION ALL SELECT NULL, 0, 0) AS l
     ), pupil AS (
       SELECT coalesce(${bandPositionSql(linesOf('v'), 'coalesce(g.absences, 0)', 'coalesce(g.days_enrolled, 0)')}, 0) AS position, c.case_id
       FROM student s LEFT JOIN current_standing g ON g.student_id = s.student_id LEFT JOIN attendance_case c ON c.case_id = s.case_id
         LEFT JOIN ${POLICY_LINES} AS v ON v.in_force
       WHERE s.school_id = ? AND s.merged_into IS NULL
     )
     SELECT b.band, b."from", b."to", count(p.position) AS students, count(p.case_id) AS open
     FROM band b LEFT JOIN pupil p USING (position)
     GROUP BY b.band, b.position, b."from", b."to" ORDER BY b.position`,
    [schoolId],
  );
  const { rows: unexcused } = await db.raw<{ rows: { days: number; students: number }[] }>(
    `SELECT f.days, count(g.student_id) AS students
     FROM (SELECT CAST(ladder #>> '{statute,firstReportEvents}' AS integer) AS days FROM policy_version WHERE in_force) f
     LEFT JOIN (student s JOIN standing g USING (student_id)) ON s.school_id = ? AND s.merged_into IS NULL AND g.unexcused >= f.days
     GROUP BY f.days`,
    [schoolId],
  );
  const { rows: tasks } = await db.raw<{ rows: SchoolStatusRow['tasks'] }>(
    `SELECT t.owner, count(*) AS open, count(*) FILTER (WHERE t.due_on < ?) AS overdue,
       count(*) FILTER (WHERE jsonb_exists(r.rule -> 'evidence', 'schoolRecord')) AS "schoolTasksNeeded"
     FROM case_task t
     JOIN attendance_case c USING (case_id)
     JOIN policy_version v ON v.policy_id = c.policy_id AND v.version = c.policy_version
     LEFT JOIN LATERAL (SELECT e AS rule FROM jsonb_array_elements(v.ladder -> 'tasks') e WHERE e ->> 'task' = t.task) r ON true
     WHERE c.school_id = ? AND t.status = 'open' GROUP BY t.owner ORDER BY t.owner`,
    [day, schoolId],
  );
  const { rows: counts } = await db.raw<{ rows: [{ reports_due: number; cases: number; referred: number }] }>(
    `SELECT (SELECT count(*) FROM case_watch w JOIN student s USING (student_id) WHERE s.school_id = ? AND s.merged_into IS NULL AND w.report_due) AS reports_due,
       count(*) AS cases, count(*) FILTER (WHERE referred_on IS NOT NULL) AS referred
     FROM attendance_case WHERE school_id = ?`,
    [schoolId, schoolId],
  );
  const attention = await db('attendance_case')
    .where({ school_id: schoolId })
    .whereNotNull('needs_attention')
    .orderBy('case_id')
    .select<{ case_id: string; needs_attention: string }[]>('case_id', 'needs_attention');
  const coverage = await readCoverage(db, schoolId, day);
  return {
    name,
    bands,
    unexcused: unexcused[0] ?? null,
    tasks,
    reportsDue: counts[0].reports_due,
    cases: counts[0].cases,
    referred: counts[0].referred,
    casesNeedingAttention: attention.map((row) => ({ caseId: row.case_id, why: row.needs_attention })),
    ...coverage,
  };
}

/** Instructional days up to `day`: which of them attendance has not come for, and the last one before the first gap. */
async function readCoverage(db: Database, schoolId: string, day: string): Promise<Pick<SchoolStatusRow, 'coveredUpTo' | 'uncovered'>> {
  const { rows } = await db.raw<{ rows: { date: string; covered: boolean }[] }>(
    `SELECT d.date, v.date IS NOT NULL AS covered
     FROM calendar_day d LEFT JOIN covered_day v USING (school_id, date)
     WHERE d.school_id = ? AND d.instructional AND d.date <= ? ORDER BY d.date`,
    [schoolId, day],
  );
  const gap = rows.findIndex(({ covered }) => !covered);
  const before = gap === -1 ? rows : rows.slice(0, gap);
  return { coveredUpTo: before.at(-1)?.date ?? null, uncovered: rows.filter(({ covered }) => !covered).map(({ date }) => date) };
}
