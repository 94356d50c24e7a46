import { dateOf } from './calendar.ts';
import { csvFrame, field, type Frame } from './files.ts';
import type { EnrolledDay, Mark } from './plan.ts';
import type { System } from './schools.ts';
import type { Student } from './students.ts';

/** A day of a student as a school's system is asked to export it. */
export interface Fact {
  student: Student;
  place: EnrolledDay;
  mark: Mark;
  /** Something else was said of this day before. */
  correction: boolean;
}

/** How a system writes attendance. */
export interface Export {
  file: string;
  frame: Frame;
  /** The row of a day; null when the system has no word for what happened. */
  row(fact: Fact): string | null;
}

const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const clever: Export = {
  file: 'clever-attendance.csv',
  frame: csvFrame([
    'Student_id',
    'School_id',
    'Section_id',
    'Attendance_date',
    'Attendance_type',
    'Attendance_status',
    'Excuse_code',
    'Sis_id',
  ]),
  row: ({ student, place, mark, correction }) => {
    const status = { absent: 'absent', tardy: 'tardy', early: null, cut: null, present: correction ? 'present' : null }[mark.kind];
    if (status === null) return null;
    const code = status === 'present' || mark.excuse === 'unverified' ? '' : title(mark.excuse);
    return [student.localId, place.school.id, '', dateOf(place.day), 'daily', status, code, student.sisId].map(field).join(',');
  },
};

/** The exports of the district's systems. */
export const EXPORTS: Partial<Record<System, Export>> = { clever };
