import type { Database } from '../database.ts';

/** One day of a student's attendance with where it came from: file and line of a delivery. */
export interface AttendanceRow {
  date: string;
  school: string;
  status: 'absent' | 'tardy' | 'early_departure' | 'partial' | 'present';
  excuse: 'excused' | 'unexcused' | 'unverified' | 'exempt' | 'unknown';
  code: string | null;
  minutes: number | null;
  /** An absence on an instructional day: one of the rows that sum to the standing's absences. */
  counts: boolean;
  /** Null of a day that only a person speaks of. */
  deliveryId: string | null;
  file: string | null;
  line: number | null;
}

/** Under a name the driver has the statement planned once for each connection: planning it takes longer than running it. */
const PLANNED = { name: 'attendance_rows' };

/** The rows of a student's days from one day to another, both included. */
export async function readAttendanceRows(db: Database, studentId: string, from: string, to: string): Promise<AttendanceRow[]> {
  return db('counted_day AS a')
    .leftJoin('calendar_day AS d', (on) => {
      on.on('d.school_id', 'a.school_id').andOn('d.date', 'a.date');
    })
    .where('a.student_id', studentId)
    .whereBetween('a.date', [from, to])
    .orderBy('a.date')
    .select<AttendanceRow[]>(
      'a.date',
      'a.school_id AS school',
      'a.status',
      'a.excuse',
      'a.code_raw AS code',
      'a.minutes',
      db.raw(`a.absent AND coalesce(d.instructional, false) AS counts`),
      'a.delivery_id AS deliveryId',
      'a.file',
      'a.line',
    )
    .options(PLANNED);
}
