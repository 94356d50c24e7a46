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

const line = (values: (string | number)[]): string => values.map((value) => field(String(value))).join(',');
const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Whether nothing is to be said of a day: presence in class is not exported, unless it takes something back. */
const silent = ({ mark, correction }: Fact): boolean =>
  mark.kind === 'present' && !correction && !mark.remote && mark.study === '' && mark.suspension === '';

/** Clever's attendance.csv: one row a day, a status and an excuse; no minutes, no early departures, no remote days. */
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
    return line([student.localId, place.school.id, '', dateOf(place.day), 'daily', status, code, student.sisId]);
  },
};

const AERIES_REASONS: Partial<Record<Mark['reason'], string>> = { illness: 'I', medical: 'M' };
/** The latest minute at which a tardy is still an ordinary one (EC 48260: more than thirty). */
const ORDINARY = 30;

/** One character says what Aeries knows of a day or period; minutes only as beyond thirty or not. A blank is present. */
function aeriesCode({ kind, excuse, reason, minutes, suspension, study }: Mark): string {
  if (suspension !== '') return suspension === 'OSS' ? 'S' : 'O';
  if (study !== '') return study === 'complete' ? 'C' : 'N';
  if (kind === 'present') return '';
  if (kind === 'tardy') return minutes > ORDINARY ? 'L' : 'T';
  if (excuse === 'unverified') return 'A';
  return excuse === 'unexcused' ? 'U' : (AERIES_REASONS[reason] ?? 'E');
}

/** Minutes of a class period, breaks included. */
const PERIOD = 60;

/** The codes of the periods 1 to 9, one after another; blank where the student was in class or there is no period. */
function aeriesPeriods(mark: Mark, periods: number): string[] {
  const code = aeriesCode(mark);
  const missed = (period: number): boolean => {
    if (mark.kind === 'absent') return true;
    if (mark.kind === 'cut') return period === mark.period;
    if (mark.kind === 'tardy') return period === 1;
    return mark.kind === 'early' && period > periods - Math.ceil(mark.minutes / PERIOD);
  };
  return Array.from({ length: 9 }, (_, n) => (n < periods && missed(n + 1) ? code : ''));
}

/** Aeries' ATT table: one row a day with a code for all of it and one for each period. */
const aeries: Export = {
  file: 'aeries-att.csv',
  frame: csvFrame('SC,SN,DY,DT,AL,A0,A1,A2,A3,A4,A5,A6,A7,A8,A9,RS,TN,GR,TR,CD,PR,NS,HS,ADA,ADT,ACO,DTS'.split(',')),
  row: (fact) => {
    if (silent(fact)) return null;
    const { student, place, mark } = fact;
    const { periods, id } = place.school;
    const wholeDay = mark.kind === 'absent' || mark.kind === 'present' || periods === 0;
    const allDay = wholeDay ? aeriesCode(mark) : '';
    const date = dateOf(place.day);
    return line([
      id,
      student.localId,
      place.schoolDay,
      date,
      allDay,
      '',
      ...aeriesPeriods(mark, periods),
      '',
      '',
      student.grade,
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      `${date} 15:30:00`,
    ]);
  },
};

/** PowerSchool's daily attendance: a code of the school's own for the day. A blank is present. */
const powerschool: Export = {
  file: 'powerschool-attendance.csv',
  frame: csvFrame([
    'student_number',
    'schoolid',
    'att_date',
    'att_mode_code',
    'att_code',
    'presence_status_cd',
    'total_minutes',
    'att_comment',
  ]),
  row: (fact) => {
    if (silent(fact) || fact.mark.kind === 'early' || fact.mark.kind === 'cut') return null;
    const { student, place, mark } = fact;
    const present = mark.kind !== 'absent';
    return line([
      student.localId,
      place.school.id,
      dateOf(place.day),
      'ATT_ModeDaily',
      powerschoolCode(mark),
      present ? 'Present' : 'Absent',
      mark.minutes || '',
      mark.reason === '' ? '' : title(mark.reason),
    ]);
  },
};

function powerschoolCode({ kind, excuse, suspension, reason }: Mark): string {
  if (suspension !== '') return suspension;
  if (kind === 'present') return '';
  if (kind === 'tardy') return { excused: 'TE', unexcused: 'TU', unverified: 'T' }[excuse];
  if (excuse === 'unverified') return 'A';
  return excuse === 'unexcused' ? 'UA' : reason === 'illness' ? 'I' : 'EA';
}

/** Infinite Campus: a letter for the status (absent, tardy, early release) and one for the excuse (excused, unexcused, unknown). */
const infiniteCampus: Export = {
  file: 'infinite-campus-attendance.csv',
  frame: csvFrame(['studentNumber', 'stateID', 'schoolNumber', 'date', 'status', 'excuse', 'minutes', 'comments']),
  row: (fact) => {
    const { student, place, mark } = fact;
    if (silent(fact) || mark.kind === 'cut') return null;
    const status = { absent: 'A', tardy: 'T', early: 'E', present: 'P', cut: '' }[mark.kind];
    const excuse = mark.kind === 'present' ? '' : { excused: 'E', unexcused: 'U', unverified: 'K' }[mark.excuse];
    return line([
      student.localId,
      student.ssid,
      place.school.id,
      dateOf(place.day),
      status,
      excuse,
      mark.minutes || '',
      mark.reason === '' ? '' : title(mark.reason),
    ]);
  },
};

/** A school's own list, in plain words. */
const plain: Export = {
  file: 'attendance-list.csv',
  frame: csvFrame(['student_id', 'school', 'date', 'status', 'excuse_type', 'minutes', 'reason']),
  row: (fact) => {
    const { student, place, mark } = fact;
    if (silent(fact) || mark.kind === 'cut') return null;
    const [status, excuse] = plainWords(mark);
    return line([student.localId, place.school.id, dateOf(place.day), status, excuse, mark.minutes || '', mark.reason]);
  },
};

function plainWords({ kind, excuse, suspension, remote }: Mark): [status: string, excuse: string] {
  if (suspension !== '') return [suspension, ''];
  if (kind === 'present') return [remote ? 'remote' : 'present', ''];
  if (kind === 'early') return ['left early', ''];
  return [kind, kind === 'tardy' && excuse === 'unverified' ? '' : excuse];
}

/** The exports of the district's systems. */
export const EXPORTS: Record<System, Export> = { clever, aeries, powerschool, 'infinite-campus': infiniteCampus, plain };
