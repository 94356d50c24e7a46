import type { Format } from './format.ts';
import { layout, plainName, readersOf, type Row } from './layout.ts';
import { dateText, gradeText } from './values.ts';

/**
 * CSV of Infinite Campus ad hoc filters over students and attendance; names stand as `student.studentNumber` or without the part
 * before the dot. Layout: docs/import/infinite-campus.md.
 */

const STATUSES: Record<string, string> = { a: 'absent', t: 'tardy', e: 'early release', p: 'present', 'early release': 'early release' };
const EXCUSES: Record<string, string> = { e: 'excused', u: 'unexcused', x: 'exempt', k: 'unknown' };
const STUDENT = ['studentnumber', 'personid', 'stateid'];
const SCHOOL = ['schoolnumber', 'schoolid', 'school'];

const studentOf = (row: Row) => ({ student: row.value('studentnumber'), ssid: row.value('stateid'), sis_id: row.value('personid') });

const LAYOUTS = [
  layout({
    kind: 'attendance',
    required: [STUDENT, SCHOOL, ['date', 'attendancedate'], 'status', 'excuse'],
    read: (row) => {
      const period = row.value('periodname', 'period');
      return {
        ...studentOf(row),
        school: row.value(...SCHOOL),
        date: dateText(row.value('date', 'attendancedate')),
        scope: period === null ? 'day' : 'period',
        period,
        section: row.value('sectionid'),
        code: `${full(STATUSES, row.value('status'))}/${full(EXCUSES, row.value('excuse'))}`,
        minutes: row.value('absentminutes'),
        reason_raw: row.value('code', 'description'),
      };
    },
  }),
  layout({
    kind: 'student',
    required: [STUDENT, SCHOOL, 'lastname', 'firstname', 'birthdate', ['startdate', 'enrollmentstartdate']],
    read: (row) => ({
      ...studentOf(row),
      first_name: row.word('firstname'),
      middle_name: row.value('middlename'),
      last_name: row.word('lastname'),
      birthdate: dateText(row.value('birthdate')),
      grade: gradeText(row.value('grade')),
      school: row.value(...SCHOOL),
      track: row.value('track', 'calendarname'),
      entry_date: dateText(row.value('startdate', 'enrollmentstartdate')),
      exit_date: dateText(row.value('enddate', 'enrollmentenddate')),
      exit_reason: row.value('endstatus'),
    }),
  }),
];

/** The word for a letter; a word stays. */
function full(letters: Record<string, string>, value: string | null): string {
  const word = value?.toLowerCase() ?? '';
  return letters[word] ?? word;
}

const withoutTable = (column: string): string => plainName(column.slice(column.lastIndexOf('.') + 1));

export const infiniteCampus: Format = {
  name: 'infinite-campus-csv',
  recognise: ({ header }) => readersOf(header, LAYOUTS, { normal: withoutTable }),
};
