import type { Format } from './format.ts';
import { layout, plainName, readersOf, type Row } from './layout.ts';
import { dateText, gradeText, truthText } from './values.ts';

/**
 * CSV of Aeries' tables ATT (attendance, one row a student and day), STU (students) and ENR (enrollment history), with the tables' short
 * names (`SC`, `ATT.SC`) or the names that Aeries gives them in reports and its API (`SchoolCode`). Layout: docs/import/aeries.md.
 */

const PERIODS = Array.from({ length: 10 }, (_, period) => ({ period, columns: [`a${period}`, `period${period}`] }));

/** Aeries counts grades below first: 0 is kindergarten, -1 the transitional one. */
const gradeOf = (row: Row): string | null => {
  const grade = row.value('gr', 'grade');
  return grade === '-1' ? 'TK' : gradeText(grade);
};
/** The district's permanent number; `SN` is the school's own, and stands for it only where no other is sent. */
const studentOf = (row: Row): string | null => row.value('id', 'studentid', 'permanentid', 'sn', 'studentnumber');
const ssidOf = (row: Row): string | null => row.value('cid', 'ssid', 'statestudentid');
const schoolOf = (row: Row): string | null => row.value('sc', 'schoolcode');

/** What Aeries' codes of language fluency say: L is an English learner; T, to be determined, says nothing yet. */
const FLUENCY: Record<string, string> = { L: 'true', E: 'false', I: 'false', R: 'false' };
const GENDERS: Record<string, string> = { M: 'Male', F: 'Female', X: 'Nonbinary' };

/** What the table of students, as the API gives it, says beside names and schools. */
const demographics = layout({
  kind: 'demographics',
  required: [],
  read: (row) => {
    const gender = row.value('gender');
    return {
      student: studentOf(row),
      ssid: ssidOf(row),
      gender: gender === null ? null : (GENDERS[gender.toUpperCase()] ?? gender),
      race_ethnicity:
        [row.value('race'), row.value('ethnicity')?.toUpperCase() === 'Y' ? 'Hispanic or Latino' : null].filter(Boolean).join('|') || null,
      home_language: row.value('homelanguage'),
      english_learner: FLUENCY[row.value('languagefluency')?.toUpperCase() ?? ''] ?? null,
    };
  },
});

const LAYOUTS = [
  layout({
    kind: 'attendance',
    required: [
      ['sc', 'schoolcode'],
      ['sn', 'studentnumber', 'id', 'studentid', 'permanentid'],
      ['dt', 'date'],
      ['al', 'allday'],
    ],
    read: (row) => ({
      student: studentOf(row),
      ssid: ssidOf(row),
      school: schoolOf(row),
      date: dateText(row.value('dt', 'date')),
      scope: 'day',
      code: row.value('al', 'allday')?.toLowerCase() ?? '',
      periods: periodsOf(row),
      reason_raw: row.value('rs', 'reason'),
      submitted_at: row.value('dts', 'datetimestamp'),
      // A day that is none for this student, as the table marks it. One that has a code all the same is left to the calendar.
      ...(row.value('ns', 'noschool') !== null && row.value('al', 'allday') === null && periodsOf(row) === null
        ? { reason: 'no-school' as const }
        : {}),
    }),
  }),
  layout({
    kind: 'enrollment',
    required: [
      ['id', 'studentid', 'permanentid'],
      ['sc', 'schoolcode'],
      ['ed', 'enterdate'],
      ['ld', 'leavedate'],
      ['er', 'exitreasoncode', 'exitreason'],
    ],
    read: (row) => ({
      student: studentOf(row),
      school: schoolOf(row),
      track: row.value('tr', 'track'),
      program: row.value('pr', 'attendanceprogramcode'),
      grade: gradeOf(row),
      entry_date: dateText(row.value('ed', 'enterdate')),
      exit_date: dateText(row.value('ld', 'leavedate')),
      exit_reason: row.value('er', 'exitreasoncode', 'exitreason'),
    }),
  }),
  layout({
    kind: 'student',
    required: [
      ['id', 'studentid', 'permanentid'],
      ['ln', 'lastname'],
      ['fn', 'firstname'],
      ['bd', 'birthdate'],
      ['sc', 'schoolcode'],
    ],
    read: (row) => ({
      student: studentOf(row),
      ssid: ssidOf(row),
      first_name: row.word('fn') ?? row.word('firstname'),
      middle_name: row.value('mn', 'middlename'),
      last_name: row.word('ln') ?? row.word('lastname'),
      birthdate: dateText(row.value('bd', 'birthdate')),
      grade: gradeOf(row),
      school: schoolOf(row),
      track: row.value('tr', 'track'),
      program: row.value('sp', 'attendanceprogramcodeprimary'),
      entry_date: dateText(row.value('ed', 'schoolenterdate')),
      exit_date: dateText(row.value('ld', 'schoolleavedate')),
    }),
    also: [{ columns: ['languagefluency', 'homelanguage'], layout: demographics }],
  }),
  layout({
    kind: 'demographics',
    required: ['studentid', 'since', 'iep', 'section504', 'foster', 'homeless'],
    read: (row) => ({
      student: studentOf(row),
      since: dateText(row.value('since')),
      iep: truthText(row.value('iep')),
      section_504: truthText(row.value('section504')),
      foster: truthText(row.value('foster')),
      homeless: truthText(row.value('homeless')),
    }),
  }),
  layout({
    kind: 'contact',
    required: ['studentid', 'contactid', 'firstname', 'lastname', 'relationship', 'legalrole'],
    read: (row) => ({
      student: studentOf(row),
      contact: row.value('contactid'),
      first_name: row.word('firstname'),
      last_name: row.word('lastname'),
      relationship: row.value('relationship'),
      legal_role: row.value('legalrole'),
      court_order: row.value('courtorder'),
      is_primary: truthText(row.value('primarycontact')),
      lives_with: truthText(row.value('liveswith')),
      phone: row.value('phone'),
      phone_type: row.value('phonetype'),
      email: row.value('email'),
      street: row.value('street'),
      city: row.value('city'),
      state: row.value('state'),
      zip: row.value('zip'),
      language: row.value('language'),
    }),
  }),
  layout({
    kind: 'section',
    required: ['schoolcode', 'sectionnumber', 'teacher', 'homeroom'],
    read: (row) => ({
      school: schoolOf(row),
      section: row.value('sectionnumber'),
      course: row.value('course'),
      period: row.value('period'),
      teacher: row.value('teacher'),
      teacher_email: row.value('teacheremail'),
      homeroom: truthText(row.value('homeroom')),
    }),
  }),
  layout({
    kind: 'section_enrollment',
    required: ['studentid', 'schoolcode', 'sectionnumber', 'datestarted'],
    read: (row) => ({
      student: studentOf(row),
      school: schoolOf(row),
      section: row.value('sectionnumber'),
      since: dateText(row.value('datestarted')),
      until: dateText(row.value('dateended')),
    }),
  }),
];

/** Periods in which something was marked, as `1=A,3=T`. */
function periodsOf(row: Row): string | null {
  const marked = PERIODS.flatMap(({ period, columns }) => {
    const code = row.value(...columns);
    return code === null ? [] : [`${period}=${code.toLowerCase()}`];
  });
  return marked.join(',') || null;
}

/** `ATT.SC` and `[ATT]SC` are `sc`. */
const withoutTable = (column: string): string => plainName(column.replace(/^(\w+\.|\[\w+\])/, ''));

export const aeries: Format = {
  name: 'aeries-csv',
  recognise: ({ header }) => readersOf(header, LAYOUTS, { normal: withoutTable }),
};
