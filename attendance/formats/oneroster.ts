import type { Format } from './format.ts';
import { layout, plainName, readersOf, type Row } from './layout.ts';
import { dateText, gradeText, truthText } from './values.ts';

/**
 * OneRoster CSV, 1.2 and 1.1: who is enrolled where. It has no attendance. Every key is a `sourcedId`, which is the system's own and
 * becomes the SIS id; `identifier` is the number that schools use. Layout: docs/import/oneroster.md.
 */

const BASE = ['sourcedid', 'status', 'datelastmodified'];
const RACES: [column: string, name: string][] = [
  ['americanindianoralaskanative', 'American Indian or Alaska Native'],
  ['asian', 'Asian'],
  ['blackorafricanamerican', 'Black or African American'],
  ['nativehawaiianorotherpacificislander', 'Native Hawaiian or Other Pacific Islander'],
  ['white', 'White'],
  ['hispanicorlatinoethnicity', 'Hispanic or Latino'],
];

const deleted = (row: Row): boolean => row.value('status')?.toLowerCase() === 'tobedeleted';
/** The last day of what the source takes back: what it says itself, or the day on which it did so. */
const endOf = (row: Row): string | null =>
  dateText(row.value('enddate') ?? (deleted(row) ? (row.value('datelastmodified')?.slice(0, 10) ?? null) : null));
const skipped = (row: Row) => (deleted(row) ? { reason: 'marked-deleted' as const } : {});
/** A list in a field is joined by commas; the first counts. */
const firstOf = (list: string | null): string | null => list?.split(',')[0]?.trim() ?? null;

const LAYOUTS = [
  layout({
    kind: 'school',
    required: [...BASE, 'name', 'type', 'identifier'],
    read: (row) => ({
      school: row.value('sourcedid'),
      name: row.value('name'),
      ...(row.value('type')?.toLowerCase() === 'school' ? skipped(row) : { reason: 'not-used' as const }),
    }),
  }),
  layout({
    kind: 'section',
    required: [...BASE, 'title', 'coursesourcedid', 'schoolsourcedid'],
    read: (row) => ({
      school: row.value('schoolsourcedid'),
      section: row.value('sourcedid'),
      course: row.value('title'),
      period: row.value('periods'),
      homeroom: String(row.value('classtype')?.toLowerCase() === 'homeroom'),
      ...skipped(row),
    }),
  }),
  layout({
    kind: 'section_enrollment',
    required: [...BASE, 'classsourcedid', 'schoolsourcedid', 'usersourcedid', 'role'],
    read: (row) => ({
      sis_id: row.value('usersourcedid'),
      school: row.value('schoolsourcedid'),
      section: row.value('classsourcedid'),
      since: dateText(row.value('begindate')),
      until: endOf(row),
      ...(row.value('role')?.toLowerCase() === 'student' ? {} : { reason: 'not-a-student' as const }),
    }),
  }),
  layout({
    kind: 'enrollment',
    required: [...BASE, 'usersourcedid', 'role', 'orgsourcedid'],
    read: (row) => ({
      sis_id: row.value('usersourcedid'),
      school: row.value('orgsourcedid'),
      entry_date: dateText(row.value('begindate')),
      exit_date: endOf(row),
      ...(row.value('role')?.toLowerCase() === 'student' ? {} : { reason: 'not-a-student' as const }),
    }),
  }),
  layout({
    kind: 'student',
    required: [...BASE, 'givenname', 'familyname', 'username'],
    read: (row) => ({
      student: row.value('identifier'),
      sis_id: row.value('sourcedid'),
      first_name: row.word('givenname'),
      middle_name: row.value('middlename'),
      last_name: row.word('familyname'),
      grade: gradeText(firstOf(row.value('grades'))),
      ...(isStudent(row) ? skipped(row) : { reason: 'not-a-student' as const }),
    }),
  }),
  layout({
    kind: 'demographics',
    required: [...BASE, 'birthdate', 'sex'],
    read: (row) => ({
      sis_id: row.value('sourcedid'),
      birthdate: dateText(row.value('birthdate')),
      gender: row.value('sex'),
      race_ethnicity:
        RACES.filter(([column]) => truthText(row.value(column)) === 'true')
          .map(([, name]) => name)
          .join('|') || null,
      ...skipped(row),
    }),
  }),
  // Terms, courses and the manifest say nothing about a student; a term is no list of school days.
  layout({ kind: 'section', required: [...BASE, 'title', 'type', 'startdate', 'enddate'], read: () => ({ reason: 'not-used' }) }),
  layout({ kind: 'section', required: [...BASE, 'title', 'coursecode', 'orgsourcedid'], read: () => ({ reason: 'not-used' }) }),
  layout({ kind: 'section', required: ['propertyname', 'value'], read: () => ({ reason: 'not-used' }) }),
];

/** Version 1.1 names the role; 1.2 keeps it in roles.csv, and of the users only students have grades. */
function isStudent(row: Row): boolean {
  return row.has('role') ? row.value('role')?.toLowerCase() === 'student' : row.value('grades') !== null;
}

export const oneroster: Format = {
  name: 'oneroster-csv',
  recognise: ({ header }) => readersOf(header, LAYOUTS, { normal: plainName }),
};
