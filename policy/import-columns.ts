import { EARLIER_COLUMNS } from './earlier-records.ts';

/**
 * What a file of a district's own making may hold, kind by kind: the columns that a person can name when saying which column of the file
 * is which, and those that the kind cannot do without. A list within a list: one of them is enough. Rows of the kinds mean what the
 * glossary says; `code` is looked up in the district's table of codes.
 */

/** A row names its student by one or several of these. */
export const WHO = ['student', 'ssid', 'sis_id'] as const;
const NAMES = ['first_name', 'middle_name', 'last_name', 'full_name'] as const;
/** Where a student is enrolled, since when and until when. */
export const STAY = ['school', 'track', 'program', 'grade', 'entry_date', 'exit_date', 'exit_reason'] as const;
/** What is said of a contact beside the names. */
export const CONTACT = [
  'relationship',
  'legal_role',
  'court_order',
  'court_order_date',
  'is_primary',
  'is_emergency',
  'lives_with',
  'phone',
  'phone_type',
  'email',
  'street',
  'city',
  'state',
  'zip',
  'language',
] as const;

/** In the order in which a file is tried when nobody has said what it is. */
export const IMPORT_COLUMNS = {
  earlier: { needed: [WHO, 'record', 'on_date', 'done_by'], columns: [...WHO, ...EARLIER_COLUMNS] },
  suspension: {
    needed: [WHO, 'first_day', 'last_day', 'suspension'],
    columns: [...WHO, 'school', 'first_day', 'last_day', 'suspension', 'cause'],
  },
  contact: {
    needed: [WHO, 'relationship', ['phone', 'email'], ['last_name', 'full_name']],
    columns: [...WHO, 'contact', 'first_name', 'last_name', 'full_name', ...CONTACT],
  },
  attendance: {
    needed: [WHO, 'school', 'date', 'code'],
    columns: [
      ...WHO,
      'school',
      'date',
      'period',
      'section',
      'code',
      'excused',
      'reason_raw',
      'minutes',
      'portion',
      'arrived_at',
      'left_at',
    ],
  },
  student: { needed: [WHO, 'school', ['last_name', 'full_name'], 'birthdate'], columns: [...WHO, ...NAMES, 'birthdate', ...STAY] },
  enrollment: { needed: [WHO, 'school', 'entry_date'], columns: [...WHO, ...STAY] },
  submission: { needed: ['school', 'date', 'submitted_at'], columns: ['school', 'date', 'section', 'period', 'submitted_at'] },
  calendar: {
    needed: ['school', 'date', ['instructional', 'event']],
    columns: ['school', 'track', 'date', 'event', 'instructional', 'session'],
  },
  school: { needed: ['school', 'name'], columns: ['school', 'name'] },
} as const satisfies Record<string, { needed: readonly (string | readonly string[])[]; columns: readonly string[] }>;

/** A kind of row that a district's own file may hold. */
export type ImportKind = keyof typeof IMPORT_COLUMNS;
export const IMPORT_KINDS = Object.keys(IMPORT_COLUMNS) as [ImportKind, ...ImportKind[]];

/** What a kind needs and a mapping does not name, as a sentence can say it: `student or ssid or sis id`. */
export function missingColumns(kind: ImportKind, columns: Readonly<Record<string, string>>): string[] {
  const needed: readonly (string | readonly string[])[] = IMPORT_COLUMNS[kind].needed;
  return needed
    .filter((column) => (typeof column === 'string' ? !(column in columns) : !column.some((other) => other in columns)))
    .map((column) => [column].flat().join(' or ').replaceAll('_', ' '));
}

/** Columns of a mapping that the kind does not know. */
export function unknownColumns(kind: ImportKind, columns: Readonly<Record<string, string>>): string[] {
  const known: readonly string[] = IMPORT_COLUMNS[kind].columns;
  return Object.keys(columns).filter((column) => !known.includes(column));
}
