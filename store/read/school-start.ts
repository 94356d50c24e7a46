import type { Actor } from '../../cases/events.ts';
import type { Day } from '../../cases/actions.ts';
import { eventsTogetherSql } from '../events-together.ts';
import { bandPositionSql, linesOf, POLICY_LINES } from '../band-position.ts';
import type { Database } from '../database.ts';

/** How a school came to Rollbook, and who released it. */
export interface SchoolStart {
  schoolId: string;
  knownOn: Day;
  /** School days of the year that had begun before that day. */
  schoolDays: number;
  /** `begun`: with its year; `waits`: its year was under way and nobody has released it; `released` since. */
  state: 'begun' | 'waits' | 'released';
  releasedOn: Day | null;
  releasedBy: Actor | null;
  note: string | null;
}

interface Row {
  school_id: string;
  known_on: Day;
  school_days: number;
  under_way: boolean;
  released_on: Day | null;
  released_by: Actor | null;
  note: string | null;
}

/** How schools came, by id; one that has no calendar or no students yet is not in it. `schools` null means all of the district. */
export async function readSchoolStarts(db: Database, schools: string[] | null): Promise<Map<string, SchoolStart>> {
  const query = db('school_start');
  if (schools !== null) void query.whereIn('school_id', schools);
  const rows = await query.select<Row[]>();
  return new Map(
    rows.map((row) => [
      row.school_id,
      {
        schoolId: row.school_id,
        knownOn: row.known_on,
        schoolDays: row.school_days,
        state: !row.under_way ? 'begun' : row.released_on === null ? 'waits' : 'released',
        releasedOn: row.released_on,
        releasedBy: row.released_by,
        note: row.note,
      },
    ]),
  );
}

/** The students of a school of whom something may begin when it is released: with a case, absences or truancy events. */
export async function casesAtSchool(db: Database, schoolId: string): Promise<{ caseId: string; open: boolean }[]> {
  return db('standing AS g')
    .join('student AS s', 's.student_id', 'g.student_id')
    .leftJoin('attendance_case AS c', 'c.case_id', 'g.case_id')
    .where('s.school_id', schoolId)
    .whereNull('s.merged_into')
    .whereRaw(`(c.case_id IS NOT NULL OR g.absences > 1 OR g.truancy <> '{}')`)
    .orderBy('g.case_id')
    .select<{ caseId: string; open: boolean }[]>({ caseId: 'g.case_id' }, db.raw('c.case_id IS NOT NULL AS open'));
}

/** Students of a school, and the records of what was done there before, that were brought in. */
export async function countAtSchool(db: Database, schoolId: string): Promise<{ students: number; records: number; recordsOf: number }> {
  const { rows } = await db.raw<{ rows: [{ students: number; records: number; recordsOf: number }] }>(
    `SELECT (SELECT count(*) FROM student WHERE school_id = :schoolId AND merged_into IS NULL) AS students,
       count(*) AS records, count(DISTINCT e.student_id) AS "recordsOf"
     FROM earlier_record e JOIN student s USING (student_id) WHERE s.school_id = :schoolId`,
    { schoolId },
  );
  return rows[0];
}

/** How much a release would begin today: students for whom a case would begin, cases that would go on, truancy reports that would be due. */
export interface WouldBegin {
  begin: number;
  goOn: number;
  reportsDue: number;
}

/**
 * How much the release of a school would begin, in one question for a page that shows many schools; the rules of cases tell it task by task
 * for one. A case begins at the second band or when a report is due, unless something else holds the student.
 */
export async function countWouldBegin(db: Database, schoolId: string): Promise<WouldBegin> {
  const { rows } = await db.raw<{ rows: [WouldBegin] }>(
    `WITH report_day AS (
       SELECT r.case_id, r.ordinal, e.date, e.date = ANY (g.truancy) OR r.elsewhere AND EXISTS (
           SELECT FROM jsonb_array_elements(g.pending) AS open WHERE (open ->> 'day')::date = e.date) AS stands
       FROM truancy_report r LEFT JOIN truancy_report_event e USING (case_id, school_year, ordinal)
         JOIN standing g ON g.case_id = r.case_id AND g.school_year = r.school_year
       WHERE r.school_id = :schoolId AND NOT r.withdrawn
     ), report AS (
       SELECT case_id, max(stand) AS stand, (SELECT array_agg(d.date) FROM report_day d WHERE d.case_id = each.case_id AND d.date IS NOT NULL) AS served
       FROM (SELECT case_id, ordinal, count(*) FILTER (WHERE stands) AS stand FROM report_day GROUP BY case_id, ordinal) AS each GROUP BY case_id
     ), pupil AS (
       SELECT c.case_id IS NOT NULL AS open,
         EXISTS (SELECT FROM jsonb_array_elements(g.holds) AS hold WHERE hold ->> 'why' <> 'school_not_released') AS held,
         ${bandPositionSql(linesOf('v'), 'g.absences', 'g.days_enrolled')} AS band,
         ${eventsTogetherSql('g.truancy', "coalesce(r.served, '{}')", 'f.within', 'f.in_year')} >= CASE WHEN r.stand >= f.first THEN f.further ELSE f.first END
           AS due
       FROM student s JOIN current_standing g USING (student_id)
         JOIN ${POLICY_LINES} AS v ON v.in_force
         CROSS JOIN (
           SELECT (ladder #>> '{statute,firstReportEvents}')::integer AS first, (ladder #>> '{statute,furtherReportEvents}')::integer AS further,
             ladder #>> '{statute,firstReportWithin}' AS within, (ladder #>> '{statute,firstReportYearEvents}')::integer AS in_year
           FROM policy_version WHERE in_force) AS f
         LEFT JOIN attendance_case c ON c.case_id = g.case_id
         LEFT JOIN report r ON r.case_id = g.case_id
       WHERE s.school_id = :schoolId AND s.merged_into IS NULL
     )
     SELECT count(*) FILTER (WHERE NOT open AND NOT held AND (band >= 2 OR due)) AS begin, count(*) FILTER (WHERE open) AS "goOn",
       count(*) FILTER (WHERE due AND (open OR NOT held)) AS "reportsDue"
     FROM pupil`,
    { schoolId },
  );
  return rows[0];
}
