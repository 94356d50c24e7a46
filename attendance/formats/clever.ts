import type { Format } from './format.ts';
import { layout, readersOf, type Row } from './layout.ts';
import { dateText, flagText, gradeText, timeText, truthText } from './values.ts';

/**
 * CSV with the columns of Clever's SFTP files, and with further ones for what those leave out: calendar, contacts, entry and exit,
 * flags. Columns may come in any order and letter case; others are passed over. Layout: docs/import/clever.md.
 */

/** Ed-Fi's calendar events, as the sample names them: is school taught on such a day? */
const EVENTS: Record<string, boolean> = {
  'instructional day': true,
  'make-up day': true,
  'student late arrival/early dismissal': true,
  holiday: false,
  'non-instructional day': false,
  'teacher only day': false,
  'weather day': false,
  'emergency day': false,
  strike: false,
};

/** A calendar event's meaning as a canonical value; null when it is not known. */
export function instructionalText(event: string | null): string | null {
  const instructional = EVENTS[event?.toLowerCase() ?? ''];
  return instructional === undefined ? null : String(instructional);
}

const LUNCHES: Record<string, string> = { f: 'free', r: 'reduced', p: 'paid', n: 'not eligible' };
const GENDERS: Record<string, string> = { f: 'female', m: 'male', x: 'nonbinary' };

const full = (words: Record<string, string>, value: string | null): string | null =>
  value === null ? null : (words[value.toLowerCase()] ?? value);

const demographics = layout({
  kind: 'demographics',
  required: [],
  read: (row) => ({
    student: row.value('student_id'),
    gender: full(GENDERS, row.value('gender')),
    race_ethnicity:
      [row.value('race'), flagText(row.value('hispanic_latino')) === 'true' ? 'Hispanic or Latino' : null].filter(Boolean).join('|') ||
      null,
    home_language: row.value('home_language'),
    lunch: full(LUNCHES, row.value('frl_status')),
    disability: row.value('disability_code'),
    iep: truthText(row.value('iep_status')),
    section_504: truthText(row.value('section_504_status')),
    english_learner: truthText(row.value('ell_status')),
    foster: truthText(row.value('foster_status')),
    homeless: truthText(row.value('homeless_status')),
    medical: truthText(row.value('medical_status')),
    juvenile_justice: truthText(row.value('juvenile_justice_status')),
  }),
});

/** The one contact that a row of Clever's own students.csv has. A student with several has a row for each. */
const ownContact = layout({
  kind: 'contact',
  required: [],
  read: (row) => {
    const [first = null, ...others] = row.value('contact_name')?.split(/\s+/) ?? [];
    if (first === null) return { student: row.value('student_id'), reason: 'nothing-said' };
    return {
      student: row.value('student_id'),
      contact: row.value('contact_sis_id'),
      first_name: first,
      last_name: others.join(' ') || null,
      relationship: row.value('contact_relationship', 'contact_type'),
      phone: row.value('contact_phone'),
      phone_type: row.value('contact_phone_type'),
      email: row.value('contact_email'),
    };
  },
});

const LAYOUTS = [
  layout({
    kind: 'attendance',
    required: ['student_id', 'school_id', 'attendance_date', 'attendance_type', 'attendance_status', 'excuse_code'],
    read: (row) => {
      const type = row.value('attendance_type')?.toLowerCase();
      return {
        student: row.value('student_id'),
        school: row.value('school_id'),
        date: dateText(row.value('attendance_date')),
        scope: type === 'daily' ? 'day' : type === 'section' ? 'period' : null,
        section: row.value('section_id'),
        code: `${row.value('attendance_status')?.toLowerCase() ?? ''}/${row.value('excuse_code')?.toLowerCase() ?? ''}`,
      };
    },
  }),
  layout({
    kind: 'calendar',
    required: ['school_id', 'date', 'calendar_event'],
    read: (row) => ({
      school: row.value('school_id'),
      track: row.value('track'),
      date: dateText(row.value('date')),
      event: row.value('calendar_event'),
      instructional: instructionalText(row.value('calendar_event')),
      session: row.value('session'),
    }),
  }),
  layout({
    kind: 'contact',
    required: ['student_id', 'contact_id', 'first_name', 'last_name', 'relationship'],
    read: (row) => ({
      student: row.value('student_id'),
      contact: row.value('contact_id'),
      first_name: row.word('first_name'),
      last_name: row.word('last_name'),
      relationship: row.value('relationship'),
      legal_role: row.value('legal_role'),
      court_order: row.value('court_order'),
      court_order_date: dateText(row.value('court_order_date')),
      is_primary: flagText(row.value('primary')),
      is_emergency: flagText(row.value('emergency')),
      lives_with: flagText(row.value('lives_with')),
      phone: row.value('phone'),
      phone_type: row.value('phone_type'),
      email: row.value('email'),
      street: row.value('street'),
      city: row.value('city'),
      state: row.value('state'),
      zip: row.value('zip'),
      language: row.value('language'),
    }),
  }),
  layout({
    kind: 'student',
    required: ['student_id', 'first_name', 'last_name', ['birthdate', 'dob'], 'school_id'],
    read: (row) => ({
      student: row.value('student_id'),
      ssid: row.value('state_id'),
      sis_id: row.value('sis_id'),
      first_name: row.word('first_name'),
      middle_name: row.value('middle_name'),
      last_name: row.word('last_name'),
      birthdate: dateText(row.value('birthdate', 'dob')),
      grade: gradeText(row.value('grade')),
      school: row.value('school_id'),
      track: row.value('track'),
      program: row.value('program'),
      entry_date: dateText(row.value('entry_date')),
      exit_date: dateText(row.value('exit_date')),
      exit_reason: row.value('exit_reason'),
    }),
    also: [
      {
        columns: ['gender', 'race', 'home_language', 'ell_status', 'frl_status', 'iep_status', 'homeless_status', 'foster_status'],
        layout: demographics,
      },
      { columns: ['contact_name'], layout: ownContact },
    ],
  }),
  layout({
    kind: 'section',
    required: ['school_id', 'section_id', 'teacher_id'],
    read: (row) => ({
      school: row.value('school_id'),
      section: row.value('section_id'),
      course: row.value('course_name', 'name', 'course_number'),
      period: row.value('period'),
      teacher: row.value('teacher_name', 'teacher_id'),
      teacher_email: row.value('teacher_email'),
      homeroom: flagText(
        /^(homeroom|advisory|hr)/i.test(row.value('subject', 'course_name', 'name') ?? '') ? 'true' : row.value('homeroom'),
      ),
    }),
  }),
  layout({
    kind: 'section_enrollment',
    required: ['school_id', 'section_id', 'student_id'],
    read: (row) => ({
      student: row.value('student_id'),
      school: row.value('school_id'),
      section: row.value('section_id'),
      since: dateText(row.value('since', 'start_date')),
      until: dateText(row.value('until', 'end_date')),
    }),
  }),
  layout({
    kind: 'suspension',
    required: ['student_id', 'school_id', 'first_day', 'last_day', 'suspension'],
    read: (row) => ({
      student: row.value('student_id'),
      school: row.value('school_id'),
      first_day: dateText(row.value('first_day')),
      last_day: dateText(row.value('last_day')),
      suspension: row.value('suspension')?.toUpperCase() ?? null,
      cause: row.value('cause'),
    }),
  }),
  layout({
    kind: 'recovery',
    required: ['student_id', 'school_id', 'date', 'portion'],
    read: (row) => ({
      student: row.value('student_id'),
      school: row.value('school_id'),
      date: dateText(row.value('date')),
      portion: row.value('portion'),
    }),
  }),
  layout({
    kind: 'submission',
    required: ['school_id', 'date', 'submitted_at'],
    read: (row) => ({
      school: row.value('school_id'),
      date: dateText(row.value('date')),
      section: row.value('section_id'),
      period: row.value('period'),
      submitted_at: timeText(row.value('submitted_at')),
    }),
  }),
  layout({
    kind: 'school',
    required: ['school_id', 'school_name'],
    read: (row: Row) => ({ school: row.value('school_id'), name: row.value('school_name') }),
  }),
  // Clever's files of teachers and staff: who teaches is read with the sections.
  layout({
    kind: 'section',
    required: ['school_id', ['teacher_id', 'staff_id'], 'last_name', 'first_name'],
    read: () => ({ reason: 'not-used' }),
  }),
];

export const clever: Format = {
  name: 'clever-csv',
  recognise: ({ header }) => readersOf(header, LAYOUTS, { normal: (column) => column.toLowerCase() }),
};
