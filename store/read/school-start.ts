import type { Actor } from '../../cases/events.ts';
import type { Day } from '../../cases/actions.ts';
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
