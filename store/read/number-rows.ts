import type { Day } from '../../cases/actions.ts';
import type { Standing } from '../../cases/events.ts';
import type { Database } from '../database.ts';
import { readAttendanceRows, type AttendanceRow } from './attendance-rows.ts';

/** The numbers of a case page that can be drilled down to rows, beside `report:<ordinal>`. */
export const NUMBERS = ['absences', 'excused', 'unexcused', 'unverified', 'truancy', 'pending', 'days_enrolled'] as const;
export type NumberName = (typeof NUMBERS)[number] | `report:${number}`;

/** One of the rows that sum to a number: an attendance day, the same as it was frozen under a report, or a school day enrolled. */
export interface NumberRow {
  date: Day;
  school: string;
  kind: 'attendance' | 'frozen' | 'school_day';
  status: string | null;
  excuse: string | null;
  code: string | null;
  /** Null for a school day, which the calendar tells, and for a day that only a person speaks of. */
  deliveryId: string | null;
  file: string | null;
  line: number | null;
}

/** Numbers that attendance days sum to. */
type OfAttendance = Exclude<(typeof NUMBERS)[number], 'days_enrolled'>;

interface Wanted {
  caseId: string;
  studentId: string;
  standing: Standing;
  /** First day of the standing's school year. */
  from: Day;
}

/** The rows that sum to one number of a case page: as many as the number says. */
export async function readNumberRows(db: Database, wanted: Wanted, number: NumberName): Promise<NumberRow[]> {
  const { caseId, studentId, standing, from } = wanted;
  if (number.startsWith('report:')) return frozenRows(db, caseId, standing.schoolYear, Number(number.slice('report:'.length)));
  if (number === 'days_enrolled') return schoolDays(db, wanted);
  const rows = await readAttendanceRows(db, studentId, from, standing.asOf);
  return rows.filter((row) => sums(row, number as OfAttendance, standing)).map(attendance);
}

/** Whether a row is one of those that a number of the standing counts, as `attendance/` counts them. */
function sums(row: AttendanceRow, number: OfAttendance, standing: Standing): boolean {
  switch (number) {
    case 'absences':
      return row.counts;
    case 'excused':
      return row.counts && (row.excuse === 'excused' || row.excuse === 'exempt');
    case 'unexcused':
      return row.counts && row.excuse === 'unexcused';
    case 'unverified':
      return row.counts && (row.excuse === 'unverified' || row.excuse === 'unknown');
    case 'truancy':
      return standing.truancy.includes(row.date);
    case 'pending':
      return standing.pending.some(({ day }) => day === row.date);
  }
}

function attendance({ date, school, status, excuse, code, deliveryId, file, line }: AttendanceRow): NumberRow {
  return { date, school, kind: 'attendance', status, excuse, code, deliveryId, file, line };
}

/** The rows under a truancy report, as they were when it was filed (house rule 5). */
async function frozenRows(db: Database, caseId: string, schoolYear: string, ordinal: number): Promise<NumberRow[]> {
  const rows = await db('truancy_report_event')
    .where({ case_id: caseId, school_year: schoolYear, ordinal })
    .orderBy('date')
    .select<{ date: Day; basis: Record<string, string | number | null> }[]>('date', 'basis');
  const text = (value: string | number | null | undefined): string | null => (value === null || value === undefined ? null : String(value));
  return rows.map(({ date, basis }) => ({
    date,
    school: text(basis['school_id']) ?? '',
    kind: 'frozen',
    status: text(basis['status']),
    excuse: text(basis['excuse']),
    code: text(basis['code'] ?? basis['code_raw']),
    deliveryId: text(basis['delivery_id']),
    file: text(basis['file']),
    line: typeof basis['line'] === 'number' ? basis['line'] : null,
  }));
}

/** The instructional days of the student's stays in the school year, each from the calendar that counts for the stay (EC 60901(c)(1)). */
async function schoolDays(db: Database, { studentId, standing, from }: Wanted): Promise<NumberRow[]> {
  const { rows } = await db.raw<{ rows: { date: Day; school: string }[] }>(
    `SELECT c.date, c.school_id AS school
     FROM enrollment e
     JOIN calendar_of c ON c.school_id = e.school_id AND c.track = calendar_track(e.school_id, e.track) AND c.instructional
       AND c.date >= greatest(e.entry_date, CAST(:from AS date)) AND c.date <= least(coalesce(e.exit_date, CAST(:asOf AS date)), CAST(:asOf AS date))
     WHERE e.student_id = :studentId
       AND (c.date < CAST(:asOf AS date) OR EXISTS (SELECT FROM covered_day k WHERE k.school_id = c.school_id AND k.date = c.date))
     ORDER BY c.date`,
    { studentId, from, asOf: standing.asOf },
  );
  const unknown = { status: null, excuse: null, code: null, deliveryId: null, file: null, line: null };
  return rows.map(({ date, school }) => ({ date, school, kind: 'school_day', ...unknown }));
}
