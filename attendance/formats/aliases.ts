import { IMPORT_COLUMNS, IMPORT_KINDS, missingColumns, type ImportKind } from '../../policy/import-columns.ts';
import { EARLIER_LISTS, EARLIER_WORDS } from '../../policy/earlier-records.ts';
import { COLUMNS, type CanonicalRow, type FileReader, type Kind } from './format.ts';
import { instructionalText } from './clever.ts';
import { plainName, Row } from './layout.ts';
import { dateText, flagText, gradeText, nameParts, timeText, truthText } from './values.ts';

/**
 * Files of a district's own making: which column holds what, found by the names that such columns go by, or said by a person. The
 * state's number is never taken for the schools' own, whatever the column is called.
 */

/** The names that a canonical column goes by, in lower case with letters and digits only; the canonical name itself always counts. */
const ALIASES: Record<string, readonly string[]> = {
  student: [
    'studentid',
    'studentnumber',
    'studentno',
    'pupilid',
    'pupilno',
    'pupilnumber',
    'otherid',
    'localid',
    'stu',
    'stuid',
    'attsn',
    'sn',
    'permid',
    'permanentid',
    'studentlocalid',
  ],
  ssid: ['stateid', 'statestudentid', 'statestudentnumber', 'studentuniqueid', 'statewideid', 'ssidnumber'],
  sis_id: ['sisid', 'systemid', 'personid'],
  date: ['attendancedate', 'attdate', 'calendardate', 'absencedate', 'eventdate', 'dt', 'day'],
  code: ['status', 'attendancestatus', 'attcode', 'al', 'allday', 'attendanceeventcategory', 'attcodeview', 'attendancecode', 'attendance'],
  excused: ['isexcused', 'excusedyn', 'excusetype', 'attexcusedind', 'excuse', 'excusecode'],
  reason_raw: ['reason', 'absencecode', 'abscode', 'reasoncode', 'rs', 'absrsn', 'attreasoncode', 'absencereason'],
  school: ['schoolid', 'schoolcode', 'schoolnumber', 'site', 'campus', 'building', 'bldg', 'entity', 'location', 'sc'],
  name: ['schoolname', 'campusname', 'sitename'],
  period: ['per', 'periodnumber', 'periodname'],
  section: ['sectionid', 'classid'],
  minutes: ['minutesmissed', 'absentminutes', 'minutesabsent'],
  portion: ['portionabsent', 'daysabsent', 'absencevalue'],
  first_name: ['first', 'firstname', 'givenname', 'fname'],
  middle_name: ['middle', 'middlename', 'mname'],
  last_name: ['last', 'lastname', 'surname', 'familyname', 'lname'],
  full_name: ['studentname', 'pupilname', 'fullname'],
  birthdate: ['dob', 'dateofbirth', 'birthday', 'bd'],
  grade: ['grd', 'gr', 'gradelevel'],
  entry_date: ['entrydate', 'enrolldate', 'enrollmentdate', 'startdate', 'enterdate'],
  exit_date: ['exitdate', 'withdrawaldate', 'leavedate', 'enddate'],
  exit_reason: ['exitreason', 'exitcode', 'withdrawalcode'],
  event: ['calendarevent', 'daytype'],
  instructional: ['isschoolday', 'schoolday', 'insession', 'instructionalday'],
  contact: ['contactid', 'guardianid', 'parentid'],
  relationship: ['relation', 'relationshiptostudent'],
  phone: ['phonenumber', 'telephone', 'homephone', 'cellphone', 'mobile'],
  email: ['emailaddress'],
  street: ['address', 'streetaddress'],
  zip: ['zipcode', 'postalcode'],
  language: ['homelanguage', 'preferredlanguage', 'correspondencelanguage'],
  submitted_at: ['submittedat', 'taken', 'takenat', 'submitted'],
  first_day: ['firstday', 'suspensionstart'],
  last_day: ['lastday', 'suspensionend'],
  suspension: ['suspensiontype'],
  record: ['recordtype', 'kindofrecord', 'whatwasdone'],
  on_date: ['date', 'on', 'day', 'donedate', 'dateoffiling'],
  time_of_day: ['time'],
  done_by: ['by', 'staff', 'staffmember'],
  role: ['donebyrole', 'staffrole'],
  number: ['reportnumber', 'no'],
  events: ['eventdates', 'absencedates', 'unexcuseddates'],
  topic: ['about'],
  absence_reason: ['reason'],
  reached: ['whom', 'personreached', 'to'],
  reference: ['referencenumber', 'recordid'],
  note: ['notes', 'comment'],
};

/** Names that a column goes by in files of one kind only. */
const ALIASES_OF: Partial<Record<ImportKind, Record<string, readonly string[]>>> = {
  earlier: { first_day: ['from'], last_day: ['until'] },
};

/** Which column of the header holds which canonical column of a kind, as far as their names say. */
export function columnsOf(kind: ImportKind, header: readonly string[]): Record<string, string> {
  const names = new Map(header.map((column) => [plainName(column), column]));
  const found: Record<string, string> = {};
  for (const column of IMPORT_COLUMNS[kind].columns) {
    const aliases = [...(ALIASES[column] ?? []), ...(ALIASES_OF[kind]?.[column] ?? [])];
    const name = [plainName(column), ...aliases].find((alias) => names.has(alias));
    if (name !== undefined && !Object.values(found).includes(names.get(name)!)) found[column] = names.get(name)!;
  }
  return found;
}

/** The kind that a header has all needed columns of. */
export function kindOf(header: readonly string[]): ImportKind | null {
  return IMPORT_KINDS.find((kind) => missingColumns(kind, columnsOf(kind, header)).length === 0) ?? null;
}

/**
 * What a file that no format knows may be: the kind it has most of, as a sentence that says which of its columns were understood, which
 * is missing, and which were not understood; null when nothing of it is understood.
 */
export function guessOf(header: readonly string[]): string | null {
  const guesses = IMPORT_KINDS.map((kind) => {
    const columns = columnsOf(kind, header);
    return { kind, columns, missing: missingColumns(kind, columns) };
  }).filter(({ columns }) => Object.keys(columns).length > 1);
  // Most files that come here are of attendance.
  const lacks = ({ kind, missing }: (typeof guesses)[number]): number => missing.length - (kind === 'attendance' ? 1 : 0);
  const [best] = guesses.sort((a, b) => lacks(a) - lacks(b) || Object.keys(b.columns).length - Object.keys(a.columns).length);
  if (!best) return null;
  const understood = Object.entries(best.columns).map(([column, name]) => `"${name}" as ${column.replaceAll('_', ' ')}`);
  const others = header.filter((name) => name.trim() !== '' && !Object.values(best.columns).includes(name)).map((name) => `"${name}"`);
  const rest = others.length === 0 ? '' : `; not understood: ${others.slice(0, 10).join(', ')}`;
  return `it looks like ${best.kind} (${understood.join(', ')}), and no column says ${best.missing.join(', nor ')}${rest}`;
}

/** A reader by columns: canonical column → column of the header. */
export function readerBy(kind: ImportKind, columns: Readonly<Record<string, string>>, header: readonly string[]): FileReader {
  const places = new Map(Object.entries(columns).map(([column, name]) => [column, header.indexOf(name)]));
  const row = new Row(places, (text) => text === 'NULL' || text === '\\N');
  const all: readonly string[] = COLUMNS[kind];
  const canonical = all.filter((column) => places.has(column));
  const read = (fields: readonly string[]): CanonicalRow<Kind> => {
    row.at(fields);
    const values: Record<string, string | null> = {};
    for (const column of canonical) values[column] = valueOf(column, row);
    if (kind === 'attendance') Object.assign(values, attendanceOf(row));
    if (kind === 'calendar') Object.assign(values, calendarOf(row));
    if (kind === 'earlier') Object.assign(values, earlierOf(values));
    if (row.has('full_name')) Object.assign(values, nameParts(row.value('full_name')));
    return values;
  };
  return { kind, read };
}

const DATES = [
  'date',
  'on_date',
  'absence',
  'review',
  'birthdate',
  'entry_date',
  'exit_date',
  'first_day',
  'last_day',
  'since',
  'until',
  'court_order_date',
];
const TIMES = ['arrived_at', 'left_at', 'time_of_day'];
const TRUTHS = ['instructional', 'iep', 'section_504', 'english_learner', 'foster', 'homeless', 'medical', 'juvenile_justice', 'withdrawn'];
const FLAGS = ['is_primary', 'is_emergency', 'lives_with', 'homeroom'];

function valueOf(column: string, row: Row): string | null {
  if (column === 'first_name' || column === 'last_name') return row.word(column);
  const value = row.value(column);
  if (DATES.includes(column)) return dateText(value);
  if (TIMES.includes(column)) return timeText(value);
  if (TRUTHS.includes(column)) return truthText(value);
  if (FLAGS.includes(column)) return flagText(value);
  return column === 'grade' ? gradeText(value) : value;
}

/** Whether it is a school day and what the day is called: each says the other where only one is there. */
function calendarOf(row: Row) {
  const event = row.value('event');
  const instructional = row.has('instructional') ? truthText(row.value('instructional')) : instructionalText(event);
  const called = instructional === 'true' ? 'Instructional day' : instructional === 'false' ? 'Non-instructional day' : null;
  return { event: event ?? called, instructional };
}

const RECORDS: Record<string, string> = { truancy_report: 'report', truancy_letter: 'letter', call: 'contact', attempt: 'contact' };

/** Words of closed lists as their codes, lists parted by commas, and days of lists as dates: `Left message` is `left_message`. */
function earlierOf(values: Record<string, string | null>): Record<string, string | null> {
  const coded: Record<string, string | null> = {};
  for (const [column, value] of Object.entries(values)) {
    if (value === null) continue;
    const parts = EARLIER_LISTS.has(column) ? value.split(column === 'events' ? /[,;\s]+/ : /[,;]/) : [value];
    const one = (part: string): string | null => (column === 'events' ? dateText(part) : EARLIER_WORDS.has(column) ? codeOf(part) : part);
    coded[column] =
      parts
        .map((part) => one(part.trim()))
        .filter(Boolean)
        .join(',') || null;
  }
  const record = coded['record'] ?? null;
  return { ...coded, record: record === null ? null : (RECORDS[record] ?? record) };
}

function codeOf(text: string): string {
  const code = text.toLowerCase().replaceAll(/[\s_]+/g, '_');
  return /^letter_?\d+$/.test(code) ? code.replace(/^letter_?/, 'letter-') : code;
}

/** Status and excuse are joined where a row has both, so that each pair gets its meaning from the district's table of codes. */
function attendanceOf(row: Row) {
  const code = row.value('code')?.toLowerCase() ?? '';
  const excuse = row.value('excused')?.toLowerCase();
  return {
    // A column of excuses that says nothing of a day leaves the word for the day as it is.
    code: excuse ? `${code}/${excuse}` : code,
    scope: row.value('period') === null ? 'day' : 'period',
  };
}
