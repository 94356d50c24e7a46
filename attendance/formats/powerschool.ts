import type { Format } from './format.ts';
import { layout, plainName, readersOf, type Row } from './layout.ts';
import { dateText, gradeText } from './values.ts';

/**
 * CSV or tab-separated exports of PowerSchool, from its Data Export Manager or a quick export: attendance with its code, and students.
 * Names stand as `Att_Date`, `ATTENDANCE.ATT_DATE` or `[Attendance]Att_Date`. Layout: docs/import/powerschool.md.
 */

const STUDENT = ['studentnumber', 'studentid', 'statestudentnumber'];
const studentOf = (row: Row) => ({
  student: row.value('studentnumber'),
  ssid: row.value('statestudentnumber'),
  sis_id: row.value('studentid'),
});
const schoolOf = (row: Row): string | null => row.value('schoolid', 'schoolnumber');

const LAYOUTS = [
  layout({
    kind: 'attendance',
    required: ['attdate', 'attcode', STUDENT, ['schoolid', 'schoolnumber']],
    read: (row) => ({
      ...studentOf(row),
      school: schoolOf(row),
      date: dateText(row.value('attdate')),
      scope: scopeOf(row.value('attmodecode')),
      period: row.value('periodabbreviation', 'periodnumber', 'periodid'),
      section: row.value('sectionid', 'ccid'),
      code: row.value('attcode')?.toLowerCase() ?? '',
      reason_raw: row.value('attcomment'),
    }),
  }),
  layout({
    kind: 'student',
    required: ['studentnumber', 'lastname', 'firstname', 'dob', ['schoolid', 'schoolnumber'], 'entrydate'],
    read: (row) => ({
      student: row.value('studentnumber'),
      ssid: row.value('statestudentnumber'),
      sis_id: row.value('id', 'studentid'),
      first_name: row.word('firstname'),
      middle_name: row.value('middlename'),
      last_name: row.word('lastname'),
      birthdate: dateText(row.value('dob')),
      grade: gradeText(row.value('gradelevel')),
      school: schoolOf(row),
      track: row.value('track'),
      entry_date: dateText(row.value('entrydate')),
      exit_date: exitOf(row),
      exit_reason: row.value('exitcode'),
    }),
  }),
];

/** Attendance is taken for the day or by meeting of a section; a file that does not say is of days. */
function scopeOf(mode: string | null): 'day' | 'period' | null {
  const known = { attmodedaily: 'day', attmodemeeting: 'period' } as const;
  if (mode === null) return 'day';
  return known[plainName(mode) as keyof typeof known] ?? null;
}

/** An exit date is the first day on which the student is no longer a member; the last day here is the one before. */
function exitOf(row: Row): string | null {
  const exit = dateText(row.value('exitdate'));
  const day = exit === null || !/^\d{4}-\d{2}-\d{2}$/.test(exit) ? Number.NaN : Date.parse(exit);
  return Number.isNaN(day) ? exit : new Date(day - 86_400_000).toISOString().slice(0, 10);
}

const withoutTable = (column: string): string => plainName(column.replace(/^(\[[^\]]*\]|\w+\.)/, ''));

export const powerschool: Format = {
  name: 'powerschool-csv',
  recognise: ({ header }) => readersOf(header, LAYOUTS, { normal: withoutTable }),
};
