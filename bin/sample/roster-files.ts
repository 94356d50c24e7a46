import { calendarChanges, dateOf, publishedCalendar, sessionOf, TAUGHT, type CalendarDay, type DayNumber } from './calendar.ts';
import { languageOf, type Contact } from './contacts.ts';
import { LANGUAGE_NAMES } from './names.ts';
import { csvFrame, field, type Files } from './files.ts';
import type { School } from './schools.ts';
import type { Stay, Student } from './students.ts';

/** The roster and what changes in it, as CSV files with the columns of Clever's, and further ones for what those leave out. */
const STUDENTS = csvFrame([
  'Student_id', 'State_id', 'Sis_id', 'First_name', 'Middle_name', 'Last_name', 'Birthdate', 'Gender', 'Grade', 'School_id', 'Track', 'Entry_date',
  'Exit_date', 'Exit_reason', 'Home_language', 'Race', 'Hispanic_Latino', 'Ell_status', 'Frl_status', 'IEP_status', 'Section_504_status',
  'Disability_code', 'Homeless_status', 'Foster_status', 'Medical_status', 'Juvenile_justice_status',
]); // prettier-ignore
const CONTACTS = csvFrame([
  'Student_id', 'Contact_id', 'First_name', 'Last_name', 'Relationship', 'Legal_role', 'Court_order', 'Court_order_date', 'Primary', 'Emergency',
  'Lives_with', 'Phone', 'Phone_type', 'Email', 'Street', 'City', 'State', 'Zip', 'Language',
]); // prettier-ignore
const SCHOOLS = csvFrame(['School_id', 'School_name']);
const CALENDAR = csvFrame(['School_id', 'Date', 'Calendar_event', 'Session']);

const CITY = 'Tres Robles';
const ROSTER = 'roster';

/** The folder of a night's part: `day` is that day's attendance, with what changed in the roster. */
export const nightly = (night: DayNumber, part: string): string => `nightly/${dateOf(night)}/${part}`;

const line = (values: (string | boolean)[]): string => values.map(field).join(',');

export function writeSchools(files: Files, schools: readonly School[], settled: boolean): void {
  const day = (school: School, { day: number, event }: CalendarDay): string => line([school.id, dateOf(number), event, sessionOf(number)]);
  for (const school of schools) {
    files.row(`${ROSTER}/schools.csv`, SCHOOLS, line([school.id, school.name]));
    const changes = calendarChanges(school.calendar);
    const changed = new Map(settled ? changes?.days.map((each) => [each.day, each]) : []);
    const known = new Map([...publishedCalendar(school.calendar).map((each) => [each.day, each] as const), ...changed]);
    for (const each of known.values()) files.row(`${ROSTER}/calendar.csv`, CALENDAR, day(school, each));
    if (!changes || settled) continue;
    for (const each of changes.days) files.row(`${nightly(changes.known, '1-day')}/calendar.csv`, CALENDAR, day(school, each));
  }
}

/** A student's rows: at the start of the year, or on the night of a coming, a going or a move. @returns when the school first heard */
export function writeStudent(files: Files, student: Student): DayNumber | null {
  const first = student.stays[0]!;
  const starts = first.from === TAUGHT[first.school.calendar][0];
  for (const stay of student.stays) {
    const known = stay === first && starts ? ROSTER : nightly(stay.from, '1-day');
    files.row(`${known}/students.csv`, STUDENTS, studentRow(student, stay, false));
    if (stay.to !== null) files.row(`${nightly(stay.to, '1-day')}/students.csv`, STUDENTS, studentRow(student, stay, true));
  }
  return starts ? null : first.from;
}

function studentRow({ child, ...student }: Student, stay: Stay, ended: boolean): string {
  return line([
    student.localId, student.ssid, student.sisId, child.first, child.middle, child.last, student.birthdate, child.girl ? 'F' : 'M', student.grade,
    stay.school.id, '', dateOf(stay.from), ended && stay.to !== null ? dateOf(stay.to) : '', ended ? stay.reason : '',
    LANGUAGE_NAMES[student.home.language], student.race, yes(student.hispanic), yes(student.englishLearner), FRL[student.lunch], yes(student.iep),
    yes(student.section504), student.disability, yes(student.home.homeless), yes(student.home.structure === 'foster'), yes(student.medical),
    yes(student.juvenileJustice),
  ]); // prettier-ignore
}

const FRL = { free: 'F', reduced: 'R', paid: 'N' };
const yes = (value: boolean): string => (value ? 'Y' : 'N');

/** The adults of a student, in the roster or (from a night on) in that night's files. */
export function writeContacts(files: Files, student: Student, contacts: readonly Contact[], night: DayNumber | null): void {
  const folder = night === null ? ROSTER : nightly(night, '1-day');
  for (const one of contacts) {
    const row = [
      student.localId, one.id, one.first, one.last, one.relationship, one.legalRole, one.courtOrder, one.courtOrderDate, one.primary, one.emergency,
      one.livesWith, one.phone, one.phoneType, one.email, one.street, CITY, 'CA', one.zip, languageOf(one),
    ]; // prettier-ignore
    files.row(`${folder}/contacts.csv`, CONTACTS, line(row));
  }
}
