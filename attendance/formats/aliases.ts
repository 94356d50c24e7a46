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
  school: ['schoolid', 'schoolcode', 'schoolnumber', 'site', 'campus', 'building', 'entity', 'location', 'sc'],
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
};
/** Columns of a file that a reader here makes canonical ones of. */
const MADE: Partial<Record<Kind, readonly string[]>> = { attendance: ['excused'], student: ['full_name'], contact: ['full_name'] };

const WHO = ['student', 'ssid', 'sis_id'];
/** What a kind cannot do without; of several in a list, one is enough. In the order in which a file is tried. */
const NEEDED: [Kind, readonly (string | readonly string[])[]][] = [
  ['suspension', [WHO, 'first_day', 'last_day', 'suspension']],
  ['contact', [WHO, 'relationship', ['phone', 'email'], ['last_name', 'full_name']]],
  ['attendance', [WHO, 'school', 'date', 'code']],
  ['student', [WHO, 'school', ['last_name', 'full_name'], 'birthdate']],
  ['enrollment', [WHO, 'school', 'entry_date']],
  ['submission', ['school', 'date', 'submitted_at']],
  ['calendar', ['school', 'date', ['instructional', 'event']]],
  ['school', ['school', 'name']],
];

/** The columns that a mapping of this kind may name. */
export function mappable(kind: Kind): string[] {
  return [...COLUMNS[kind], ...(MADE[kind] ?? [])];
}

/** Which column of the header holds which canonical column of a kind, as far as their names say. */
export function columnsOf(kind: Kind, header: readonly string[]): Record<string, string> {
  const names = new Map(header.map((column) => [plainName(column), column]));
  const found: Record<string, string> = {};
  for (const column of mappable(kind)) {
    const name = [plainName(column), ...(ALIASES[column] ?? [])].find((alias) => names.has(alias));
    if (name !== undefined && !Object.values(found).includes(names.get(name)!)) found[column] = names.get(name)!;
  }
  return found;
}

/** What a kind needs and the columns do not give, as sentences name it: `student, ssid or sis id`. */
export function missingOf(kind: Kind, columns: Readonly<Record<string, string>>): string[] {
  const needed = NEEDED.find(([one]) => one === kind)?.[1] ?? [];
  return needed
    .filter((column) => (typeof column === 'string' ? !(column in columns) : !column.some((other) => other in columns)))
    .map((column) => [column].flat().join(' or ').replaceAll('_', ' '));
}

/** The kind that a header has all needed columns of. */
export function kindOf(header: readonly string[]): Kind | null {
  return NEEDED.find(([kind]) => missingOf(kind, columnsOf(kind, header)).length === 0)?.[0] ?? null;
}

/** A reader by columns: canonical column → column of the header. */
export function readerBy(kind: Kind, columns: Readonly<Record<string, string>>, header: readonly string[]): FileReader {
  const places = new Map(Object.entries(columns).map(([column, name]) => [column, header.indexOf(name)]));
  const row = new Row(places, (text) => text === 'NULL' || text === '\\N');
  const canonical = COLUMNS[kind].filter((column) => places.has(column));
  const read = (fields: readonly string[]): CanonicalRow<Kind> => {
    row.at(fields);
    const values: Record<string, string | null> = {};
    for (const column of canonical) values[column] = valueOf(column, row);
    if (kind === 'attendance') Object.assign(values, attendanceOf(row));
    if (kind === 'calendar') Object.assign(values, calendarOf(row));
    if (row.has('full_name')) Object.assign(values, nameParts(row.value('full_name')));
    return values;
  };
  return { kind, read };
}

const DATES = ['date', 'birthdate', 'entry_date', 'exit_date', 'first_day', 'last_day', 'since', 'until', 'court_order_date'];
const TIMES = ['arrived_at', 'left_at'];
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

/** Status and excuse are joined where the file has both, so that each pair gets its meaning from the district's table of codes. */
function attendanceOf(row: Row) {
  const code = row.value('code')?.toLowerCase() ?? '';
  return {
    code: row.has('excused') ? `${code}/${row.value('excused')?.toLowerCase() ?? ''}` : code,
    scope: row.value('period') === null ? 'day' : 'period',
  };
}
