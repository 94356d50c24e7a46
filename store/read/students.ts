import type { Database } from '../database.ts';
import { withinReach, type Reach } from './subjects.ts';

export interface FoundStudent {
  studentId: string;
  caseId: string;
  localId: string;
  firstName: string;
  middleName: string | null;
  lastName: string;
  grade: string | null;
  school: string;
  caseOpen: boolean;
  absences: number;
  unexcused: number;
}

export interface StudentQuery {
  /** Beginnings of names, in any order. */
  q?: string | undefined;
  /** A caller's number, however it is written; its last digits are enough. */
  phone?: string | undefined;
  /** A number of the student: of the schools, the state or the source system. */
  id?: string | undefined;
  limit: number;
}

interface Row {
  student_id: string;
  case_id: string;
  local_id: string;
  first_name: string;
  middle_name: string | null;
  last_name: string;
  grade: string | null;
  school_id: string;
  case_open: boolean;
  absences: number;
  unexcused: number;
}

/** All words of a student's name, each after a space. */
const NAME_WORDS = `(' ' || translate(concat_ws(' ', s.first_name, s.middle_name, s.last_name), '-', ' '))`;

/** Finds students among those somebody can see, by name. All given conditions hold. */
export async function findStudents(db: Database, reach: Reach, query: StudentQuery): Promise<FoundStudent[]> {
  const found = db('student AS s')
    .leftJoin('attendance_case AS c', 'c.case_id', 's.case_id')
    .leftJoin('standing AS g', 'g.student_id', 's.student_id')
    .orderBy(['s.last_name', 's.first_name', 's.student_id'])
    .whereNull('s.merged_into')
    .limit(query.limit);
  void withinReach(found, reach);
  if (query.id !== undefined) {
    void found.whereIn(
      's.student_id',
      db('student_identifier AS i')
        .join('student AS k', 'k.student_id', 'i.student_id')
        .where('i.value', query.id)
        .select(db.raw('coalesce(k.merged_into, k.student_id)')),
    );
  }
  for (const word of (query.q ?? '').split(/[\s,-]+/).filter(Boolean)) {
    void found.whereRaw(`${NAME_WORDS} ILIKE '% ' || ? || '%'`, [word.replaceAll(/[\\%_]/g, '\\$&')]);
  }
  if (query.phone !== undefined) {
    const digits = query.phone.replaceAll(/\D/g, '');
    void found.whereExists(
      db('contact AS p')
        .whereRaw(
          'p.student_id IN (SELECT k.student_id FROM student k WHERE s.student_id IN (k.student_id, k.merged_into)) AND p.superseded_by IS NULL',
        )
        // The country code may be there or not, on either side.
        .whereRaw(`right(p.phone_digits, 10) LIKE '%' || right(?, 10)`, [digits]),
    );
  }
  const rows = await found.select<Row[]>(
    's.student_id',
    's.case_id',
    's.local_id',
    's.first_name',
    's.middle_name',
    's.last_name',
    's.grade',
    's.school_id',
    db.raw('c.case_id IS NOT NULL AS case_open'),
    db.raw('coalesce(g.absences, 0) AS absences'),
    db.raw('coalesce(g.unexcused, 0) AS unexcused'),
  );
  return rows.map(fromRow);
}

export async function readStudent(
  db: Database,
  studentId: string,
): Promise<(FoundStudent & { birthdate: string | null; entryDate: string }) | null> {
  const row = await db('student AS s')
    .leftJoin('attendance_case AS c', 'c.case_id', 's.case_id')
    .leftJoin('standing AS g', 'g.student_id', 's.student_id')
    .where('s.student_id', studentId)
    .first<(Row & { birthdate: string | null; entry_date: string }) | undefined>(
      's.*',
      db.raw('c.case_id IS NOT NULL AS case_open'),
      db.raw('coalesce(g.absences, 0) AS absences'),
      db.raw('coalesce(g.unexcused, 0) AS unexcused'),
    );
  return row ? { ...fromRow(row), birthdate: row.birthdate, entryDate: row.entry_date } : null;
}

function fromRow(row: Row): FoundStudent {
  return {
    studentId: row.student_id,
    caseId: row.case_id,
    localId: row.local_id,
    firstName: row.first_name,
    middleName: row.middle_name,
    lastName: row.last_name,
    grade: row.grade,
    school: row.school_id,
    caseOpen: row.case_open,
    absences: row.absences,
    unexcused: row.unexcused,
  };
}
