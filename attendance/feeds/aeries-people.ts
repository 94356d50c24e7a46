import { textOf, isObject, type JsonObject } from '../read/record.ts';
import { statementsOf, type Span } from './flag-days.ts';
import { FeedProblem } from './problem.ts';
import type { Ask, PulledFile } from './source.ts';
import { tableFile, type Table } from './tables.ts';

/**
 * What Aeries says of people beside attendance: contacts, programs, sections with their teachers, homerooms. Each is read where the certificate
 * allows it, and named with the feed where it does not. Codes are written in the words of the district's own code sets.
 */

/** CALPADS' numbers of education programs, of which flags are told. */
const PROGRAMS: Record<string, Flag> = { 101: 'section_504', 144: 'iep', 190: 'foster', 191: 'homeless' };
const FLAGS = ['iep', 'section_504', 'foster', 'homeless'] as const;
type Flag = (typeof FLAGS)[number];

const TABLES = {
  programs: { name: 'programs.csv.gz', columns: ['StudentID', 'Since', 'IEP', 'Section504', 'Foster', 'Homeless'] },
  contacts: {
    name: 'contacts.csv.gz',
    columns: [
      'StudentID',
      'ContactID',
      'FirstName',
      'LastName',
      'Relationship',
      'LegalRole',
      'CourtOrder',
      'PrimaryContact',
      'LivesWith',
      'Phone',
      'PhoneType',
      'Email',
      'Street',
      'City',
      'State',
      'Zip',
      'Language',
    ],
  },
  sections: {
    name: 'sections.csv.gz',
    columns: ['SchoolCode', 'SectionNumber', 'Course', 'Period', 'Teacher', 'TeacherEmail', 'Homeroom'],
  },
  classes: { name: 'classes.csv.gz', columns: ['StudentID', 'SchoolCode', 'SectionNumber', 'DateStarted', 'DateEnded'] },
} as const satisfies Record<string, Table>;

export interface AeriesApi {
  ask: Ask;
  /** All records of one answer. */
  list(path: string): Promise<JsonObject[]>;
  /** A school's students, page by page. */
  students(school: string): AsyncIterable<JsonObject[]>;
}

export class AeriesPeople {
  private readonly codes = new Map<string, Promise<Map<string, string>>>();
  private readonly leftOut = new Set<string>();
  /** School by school, its students with their homeroom teacher's number, or ''; noted while the students are read. */
  private readonly pupils = new Map<string, Map<string, string>>();

  constructor(private readonly api: AeriesApi) {}

  /** Takes note of a page of students. */
  note(school: string, page: readonly JsonObject[]): void {
    const known = this.pupils.get(school) ?? new Map<string, string>();
    this.pupils.set(school, known);
    for (const student of page) known.set(textOf(student['StudentID']), textOf(student['HomeRoomTeacherNumber']).replace(/^0$/, ''));
  }

  /** The files about people of some schools. */
  *files(schools: readonly string[]): Generator<PulledFile> {
    yield tableFile(TABLES.programs, () => this.each(schools, (school) => this.programs(school)));
    yield tableFile(TABLES.contacts, () => this.each(schools, (school) => this.contacts(school)));
    yield tableFile(TABLES.sections, () => this.each(schools, (school) => this.sections(school)));
    yield tableFile(TABLES.classes, () => this.each(schools, (school) => this.classes(school)));
  }

  /** A code in the words of the district's code set; the code itself where it has none. */
  async word(set: string, code: string): Promise<string> {
    if (code === '') return '';
    const known =
      this.codes.get(set) ??
      this.may(`codes/${set}`).then((records) => new Map(records?.map((one) => [textOf(one['Code']), textOf(one['Description'])])));
    this.codes.set(set, known);
    return (await known).get(code) || code;
  }

  /** A pull that was taken up has the file of students already; then they are read for this. */
  private async pupilsOf(school: string): Promise<Map<string, string>> {
    if (!this.pupils.has(school)) for await (const page of this.api.students(school)) this.note(school, page);
    return this.pupils.get(school) ?? new Map();
  }

  private async *each(schools: readonly string[], of: (school: string) => Promise<string[][]>): AsyncGenerator<string[][]> {
    for (const school of schools) yield await of(school);
  }

  private async programs(school: string): Promise<string[][]> {
    const records = await this.may(`schools/${school}/students/0/programs`, 'programs');
    if (records === null) return [];
    const spans = new Map<string, Span<Flag>[]>();
    // Whoever is in no program is in none today, which is what takes back one that was deleted.
    for (const student of (await this.pupilsOf(school)).keys()) spans.set(student, []);
    for (const record of records) {
      const flag = PROGRAMS[textOf(record['ProgramCode'])];
      const student = textOf(record['StudentID']);
      if (flag === undefined || student === '') continue;
      const since = dayOf(record['ParticipationStartDate']) ?? dayOf(record['EligibilityStartDate']);
      const until = dayOf(record['ParticipationEndDate']) ?? dayOf(record['EligibilityEndDate']);
      spans.set(student, [...(spans.get(student) ?? []), { flag, since, until }]);
    }
    const text = (value: boolean | undefined): string => (value === undefined ? '' : String(value));
    return [...spans].flatMap(([student, own]) =>
      statementsOf(own, FLAGS, this.api.ask.today).map(({ since, facts }) => [
        student,
        since ?? '',
        ...FLAGS.map((flag) => text(facts[flag])),
      ]),
    );
  }

  private async contacts(school: string): Promise<string[][]> {
    const rows: string[][] = [];
    for (const contact of (await this.may(`schools/${school}/contacts`, 'contacts')) ?? []) {
      const of = (name: string): string => textOf(contact[name]);
      const [phone = '', type = ''] =
        [
          [of('CellPhone'), 'Cell'],
          [of('HomePhone'), 'Home'],
          [of('WorkPhone'), 'Work'],
        ].find(([number]) => number !== '') ?? [];
      rows.push([
        of('StudentID') || of('PermanentID'),
        of('SequenceNumber'),
        of('FirstName'),
        of('LastName'),
        await this.word('CON/RL', of('RelationshipToStudentCode')),
        isYes(of('EducationalRightsHolder')) ? 'education_rights_holder' : '',
        // What the flag is for, Aeries keeps in words that the API does not give; a person has to look before this contact is written to.
        isYes(of('RedFlag')) ? 'Marked with a red flag in Aeries: see there what it forbids' : '',
        String(isYes(of('PrimaryContact'))),
        String(isYes(of('LivesWithStudentIndicator'))),
        phone,
        type,
        of('EmailAddress'),
        of('Address'),
        of('AddressCity'),
        of('AddressState'),
        [of('AddressZipCode'), of('AddressZipExt')].filter(Boolean).join('-'),
        await this.word('CON/CL', of('CorrespondenceLanguageCode')),
      ]);
    }
    return rows;
  }

  private async sections(school: string): Promise<string[][]> {
    const [sections, staff, courses] = [await this.may(`schools/${school}/sections`, 'sections'), await this.staff(), await this.courses()];
    const taught = (sections ?? []).map((section) => {
      const members = Array.isArray(section['SectionStaffMembers']) ? section['SectionStaffMembers'].filter(isObject) : [];
      const now = members.filter(
        (one) => textOf(one['InactiveStatusCode']) === '' && !((dayOf(one['EndDate']) ?? '9999') < this.api.ask.today),
      );
      const teacher = now.find((one) => one['IsPrimaryTeacher'] === true) ?? now[0];
      return [
        school,
        textOf(section['SectionNumber']),
        courses.get(textOf(section['CourseID'])) ?? textOf(section['CourseID']),
        textOf(section['Period']),
        teacher === undefined ? '' : nameOf(teacher),
        teacher === undefined ? '' : (staff.get(textOf(teacher['StaffID'])) ?? ''),
        'false',
      ];
    });
    const wanted = new Set([...(await this.pupilsOf(school)).values()].filter((teacher) => teacher !== ''));
    const teachers = wanted.size === 0 ? [] : ((await this.may(`schools/${school}/teachers`, 'teachers')) ?? []);
    const homerooms = teachers.filter((one) => wanted.has(textOf(one['TeacherNumber'])));
    return [
      ...taught,
      ...homerooms.map((one) => [
        school,
        homeroomOf(textOf(one['TeacherNumber'])),
        'Homeroom',
        '',
        nameOf(one) || textOf(one['DisplayName']),
        textOf(one['EmailAddress']),
        'true',
      ]),
    ];
  }

  private async classes(school: string): Promise<string[][]> {
    const records = (await this.may(`schools/${school}/classes`, 'classes')) ?? [];
    const rows = records.map((one) => [
      textOf(one['StudentID']),
      school,
      textOf(one['SectionNumber']),
      dayOf(one['DateStarted']) ?? '',
      dayOf(one['DateEnded']) ?? '',
    ]);
    if (this.leftOut.has('teachers')) return rows;
    const homed = [...(await this.pupilsOf(school))].filter(([, teacher]) => teacher !== '');
    return [...rows, ...homed.map(([student, teacher]) => [student, school, homeroomOf(teacher), '', ''])];
  }

  /** E-mail addresses of the district's staff. */
  private staff(): Promise<Map<string, string>> {
    return this.once('staff', (one) => [textOf(one['ID']), textOf(one['EmailAddress'])]);
  }

  private courses(): Promise<Map<string, string>> {
    return this.once('courses', (one) => [textOf(one['ID']), textOf(one['Title'])]);
  }

  private once(path: string, of: (record: JsonObject) => [string, string]): Promise<Map<string, string>> {
    const known = this.codes.get(path) ?? this.may(path).then((records) => new Map(records?.map(of)));
    this.codes.set(path, known);
    return known;
  }

  /** A list that the feed can do without; null when the source does not let it be read. @param name what is told of it then */
  private async may(path: string, name = path): Promise<JsonObject[] | null> {
    if (this.leftOut.has(name)) return null;
    try {
      return await this.api.list(path);
    } catch (error) {
      if (!(error instanceof FeedProblem) || error.again) throw error;
      this.leftOut.add(name);
      this.api.ask.leavesOut(name);
      return null;
    }
  }
}

const homeroomOf = (teacher: string): string => `homeroom ${teacher}`;
const nameOf = (person: JsonObject): string => [textOf(person['FirstName']), textOf(person['LastName'])].filter(Boolean).join(' ');
const isYes = (text: string): boolean => /^(y|yes|true|1)$/i.test(text);
/** The day of a date-time as Aeries writes it, or null. */
function dayOf(value: JsonObject[string] | undefined): string | null {
  const day = textOf(value).slice(0, 10);
  return day === '' || day < '1900' ? null : day;
}
