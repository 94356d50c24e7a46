import { instructionalText } from './clever.ts';
import type { FileReader, Format } from './format.ts';
import { layout, readersOf, type AnyLayout } from './layout.ts';
import { dateText, gradeText, lastPart, timeText } from './values.ts';

/**
 * Ed-Fi resources as JSON, data standards 3 to 5: a list of records, or one a line, each resource in a file of its own, as bulk exports
 * write them and the API answers. The state's unique id names a student. Layout: docs/import/ed-fi.md.
 */

const STUDENT = 'studentReference.studentUniqueId';
const SCHOOL = 'schoolReference.schoolId';
const SECTION = ['sectionReference.sectionIdentifier', 'sectionReference.schoolId'];

/** A resource: its layout, and the paths that are taken from its records. */
interface Resource {
  paths: readonly string[];
  layout: AnyLayout;
}

const RESOURCES: Record<string, Resource> = {
  studentSchoolAttendanceEvents: {
    paths: [
      STUDENT,
      SCHOOL,
      'eventDate',
      'attendanceEventCategoryDescriptor',
      'attendanceEventReason',
      'eventDuration',
      'schoolAttendanceDuration',
      'arrivalTime',
      'departureTime',
      'educationalEnvironmentDescriptor',
      '_lastModifiedDate',
    ],
    layout: layout({
      kind: 'attendance',
      required: [STUDENT, SCHOOL, 'eventDate', 'attendanceEventCategoryDescriptor'],
      read: (row) => ({
        ssid: row.value(STUDENT),
        school: row.value(SCHOOL),
        date: dateText(row.value('eventDate')),
        scope: 'day',
        code: lastPart(row.value('attendanceEventCategoryDescriptor'))?.toLowerCase() ?? '',
        reason_raw: row.value('attendanceEventReason'),
        portion: row.value('eventDuration'),
        arrived_at: timeText(row.value('arrivalTime')),
        left_at: timeText(row.value('departureTime')),
        mode: modeOf(row.value('educationalEnvironmentDescriptor')),
        submitted_at: row.value('_lastModifiedDate'),
      }),
    }),
  },
  /** Answers of `/deletes`: the keys of what the source took back. */
  deletedAttendanceEvents: {
    paths: ['keyValues.studentUniqueId', 'keyValues.schoolId', 'keyValues.eventDate', 'keyValues.attendanceEventCategoryDescriptor'],
    layout: layout({
      kind: 'attendance',
      required: ['keyValues.studentUniqueId', 'keyValues.schoolId', 'keyValues.eventDate', 'keyValues.attendanceEventCategoryDescriptor'],
      read: (row) => ({
        ssid: row.value('keyValues.studentUniqueId'),
        school: row.value('keyValues.schoolId'),
        date: dateText(row.value('keyValues.eventDate')),
        scope: 'day',
        code: lastPart(row.value('keyValues.attendanceEventCategoryDescriptor'))?.toLowerCase() ?? '',
        withdrawn: 'true',
      }),
    }),
  },
  studentSectionAttendanceEvents: {
    paths: [
      STUDENT,
      ...SECTION,
      'eventDate',
      'attendanceEventCategoryDescriptor',
      'attendanceEventReason',
      'classPeriods[].classPeriodReference.classPeriodName',
      'arrivalTime',
      'departureTime',
    ],
    layout: layout({
      kind: 'attendance',
      required: [STUDENT, ...SECTION, 'eventDate', 'attendanceEventCategoryDescriptor'],
      read: (row) => ({
        ssid: row.value(STUDENT),
        school: row.value(SECTION[1]!),
        date: dateText(row.value('eventDate')),
        scope: 'period',
        section: row.value(SECTION[0]!),
        period: row.value('classPeriods[].classPeriodReference.classPeriodName')?.split('|')[0] ?? null,
        code: lastPart(row.value('attendanceEventCategoryDescriptor'))?.toLowerCase() ?? '',
        reason_raw: row.value('attendanceEventReason'),
        arrived_at: timeText(row.value('arrivalTime')),
        left_at: timeText(row.value('departureTime')),
      }),
    }),
  },
  sectionAttendanceTakenEvents: {
    paths: [...SECTION, 'eventDate', '_lastModifiedDate'],
    layout: layout({
      kind: 'submission',
      required: [...SECTION, 'eventDate', 'calendarDateReference.date'],
      read: (row) => ({
        school: row.value(SECTION[1]!),
        section: row.value(SECTION[0]!),
        date: dateText(row.value('eventDate')),
        submitted_at: row.value('_lastModifiedDate'),
      }),
    }),
  },
  studentSchoolAssociations: {
    paths: [
      STUDENT,
      SCHOOL,
      'entryDate',
      'exitWithdrawDate',
      'exitWithdrawTypeDescriptor',
      'entryGradeLevelDescriptor',
      'calendarReference.calendarCode',
    ],
    layout: layout({
      kind: 'enrollment',
      required: [STUDENT, SCHOOL, 'entryDate', 'entryGradeLevelDescriptor'],
      read: (row) => ({
        ssid: row.value(STUDENT),
        school: row.value(SCHOOL),
        track: row.value('calendarReference.calendarCode'),
        grade: gradeText(lastPart(row.value('entryGradeLevelDescriptor'))),
        entry_date: dateText(row.value('entryDate')),
        exit_date: dateText(row.value('exitWithdrawDate')),
        exit_reason: lastPart(row.value('exitWithdrawTypeDescriptor')),
      }),
    }),
  },
  studentSectionAssociations: {
    paths: [STUDENT, ...SECTION, 'beginDate', 'endDate'],
    layout: layout({
      kind: 'section_enrollment',
      required: [STUDENT, ...SECTION, 'beginDate'],
      read: (row) => ({
        ssid: row.value(STUDENT),
        school: row.value(SECTION[1]!),
        section: row.value(SECTION[0]!),
        since: dateText(row.value('beginDate')),
        until: dateText(row.value('endDate')),
      }),
    }),
  },
  sections: {
    paths: [
      'sectionIdentifier',
      'courseOfferingReference.schoolId',
      'sectionName',
      'courseOfferingReference.localCourseCode',
      'classPeriods[].classPeriodReference.classPeriodName',
    ],
    layout: layout({
      kind: 'section',
      required: ['sectionIdentifier', 'courseOfferingReference.schoolId'],
      read: (row) => ({
        school: row.value('courseOfferingReference.schoolId'),
        section: row.value('sectionIdentifier'),
        course: row.value('sectionName', 'courseOfferingReference.localCourseCode'),
        period: row.value('classPeriods[].classPeriodReference.classPeriodName')?.split('|')[0] ?? null,
      }),
    }),
  },
  studentEducationOrganizationAssociations: {
    paths: [
      STUDENT,
      'educationOrganizationReference.educationOrganizationId',
      'sexDescriptor',
      'races[].raceDescriptor',
      'hispanicLatinoEthnicity',
      'languages[].languageDescriptor',
      'studentCharacteristics[].studentCharacteristicDescriptor',
      'limitedEnglishProficiencyDescriptor',
    ],
    layout: layout({
      kind: 'demographics',
      required: [STUDENT, 'educationOrganizationReference.educationOrganizationId'],
      read: (row) => {
        const characteristics = parts(row.value('studentCharacteristics[].studentCharacteristicDescriptor')).map((word) =>
          word.toLowerCase(),
        );
        const english = lastPart(row.value('limitedEnglishProficiencyDescriptor'))?.toLowerCase() ?? null;
        const races = parts(row.value('races[].raceDescriptor'));
        if (row.value('hispanicLatinoEthnicity') === 'true') races.push('Hispanic or Latino');
        // A characteristic that is not listed is not thereby denied.
        const flag = (...words: string[]) => (characteristics.some((one) => words.includes(one)) ? 'true' : null);
        return {
          ssid: row.value(STUDENT),
          gender: lastPart(row.value('sexDescriptor')),
          race_ethnicity: races.join('|') || null,
          home_language: parts(row.value('languages[].languageDescriptor'))[0] ?? null,
          english_learner: english === null ? null : String(english.startsWith('limited')),
          foster: flag('foster care', 'foster'),
          homeless: flag('homeless'),
          section_504: flag('section 504 placement', 'section 504'),
        };
      },
    }),
  },
  calendarDates: {
    paths: ['calendarReference.schoolId', 'calendarReference.calendarCode', 'date', 'calendarEvents[].calendarEventDescriptor'],
    layout: layout({
      kind: 'calendar',
      required: ['calendarReference.schoolId', 'date', 'calendarEvents[].calendarEventDescriptor'],
      read: (row) => {
        const events = parts(row.value('calendarEvents[].calendarEventDescriptor'));
        const meanings = events.map(instructionalText);
        // Of several events on one day, one that closes the school decides.
        const known = meanings.includes(null) ? null : String(!meanings.includes('false'));
        return {
          school: row.value('calendarReference.schoolId'),
          date: dateText(row.value('date')),
          event: events.join(', ') || null,
          instructional: events.length === 0 ? null : known,
        };
      },
    }),
  },
  schools: {
    paths: ['schoolId', 'nameOfInstitution'],
    layout: layout({
      kind: 'school',
      required: ['schoolId', 'nameOfInstitution'],
      read: (row) => ({ school: row.value('schoolId'), name: row.value('nameOfInstitution') }),
    }),
  },
  /** Who is a contact of whom, with the person in it, as a feed joins `contacts` (or `parents`) and their links to students. */
  studentContacts: {
    paths: [
      STUDENT,
      'contactReference.contactUniqueId',
      'relationDescriptor',
      'legalGuardian',
      'primaryContactStatus',
      'emergencyContactStatus',
      'livesWith',
      'contactRestrictions',
      'person.firstName',
      'person.lastSurname',
      'person.telephones[].telephoneNumber',
      'person.telephones[].telephoneNumberTypeDescriptor',
      'person.electronicMails[].electronicMailAddress',
      'person.addresses[].streetNumberName',
      'person.addresses[].city',
      'person.addresses[].stateAbbreviationDescriptor',
      'person.addresses[].postalCode',
      'person.languages[].languageDescriptor',
    ],
    layout: layout({
      kind: 'contact',
      required: [STUDENT, 'contactReference.contactUniqueId', 'person.firstName', 'person.lastSurname'],
      read: (row) => {
        const first = (path: string): string | null => parts(row.value(path))[0] ?? null;
        const guardian = row.value('legalGuardian') === 'true';
        const relation = lastPart(row.value('relationDescriptor')) ?? (guardian ? 'Guardian' : 'Contact');
        const restriction = row.value('contactRestrictions');
        return {
          ssid: row.value(STUDENT),
          contact: row.value('contactReference.contactUniqueId'),
          first_name: row.word('person.firstName'),
          last_name: row.word('person.lastSurname'),
          relationship: relation,
          legal_role: roleOf(relation, guardian),
          // Whatever it restricts, a person has to read it before this contact is called or written to.
          court_order: restriction === null ? null : `Restriction in the information system: ${restriction}`,
          is_primary: row.value('primaryContactStatus'),
          is_emergency: row.value('emergencyContactStatus'),
          lives_with: row.value('livesWith'),
          phone: first('person.telephones[].telephoneNumber'),
          phone_type: first('person.telephones[].telephoneNumberTypeDescriptor'),
          email: first('person.electronicMails[].electronicMailAddress'),
          street: first('person.addresses[].streetNumberName'),
          city: first('person.addresses[].city'),
          state: first('person.addresses[].stateAbbreviationDescriptor'),
          zip: first('person.addresses[].postalCode'),
          language: first('person.languages[].languageDescriptor'),
        };
      },
    }),
  },
  /** From which day on a student is in which programs, as a feed tells it from the associations between the two. */
  studentPrograms: {
    paths: [STUDENT, 'since', 'iep', 'section_504', 'homeless', 'foster'],
    layout: layout({
      kind: 'demographics',
      required: [STUDENT, 'since'],
      read: (row) => ({
        ssid: row.value(STUDENT),
        since: dateText(row.value('since')),
        iep: row.value('iep'),
        section_504: row.value('section_504'),
        homeless: row.value('homeless'),
        foster: row.value('foster'),
      }),
    }),
  },
  /** Links between students and contacts that the source took back. */
  deletedStudentContacts: {
    paths: ['keyValues.studentUniqueId', 'keyValues.contactUniqueId'],
    layout: layout({
      kind: 'contact',
      required: ['keyValues.studentUniqueId', 'keyValues.contactUniqueId'],
      read: (row) => ({
        ssid: row.value('keyValues.studentUniqueId'),
        contact: row.value('keyValues.contactUniqueId'),
        withdrawn: 'true',
      }),
    }),
  },
  students: {
    paths: ['studentUniqueId', 'firstName', 'middleName', 'lastSurname', 'birthDate'],
    layout: layout({
      kind: 'student',
      required: ['studentUniqueId', 'firstName', 'lastSurname', 'birthDate'],
      read: (row) => ({
        ssid: row.value('studentUniqueId'),
        first_name: row.word('firstName'),
        middle_name: row.value('middleName'),
        last_name: row.word('lastSurname'),
        birthdate: dateText(row.value('birthDate')),
      }),
    }),
  },
};

function parts(joined: string | null): string[] {
  return (joined ?? '').split('|').flatMap((one) => lastPart(one) || []);
}

/** What a person is by law, as far as the relation says so; who is a guardian by law stands in the place of a parent. */
function roleOf(relation: string, guardian: boolean): string | null {
  if (/social worker|case ?worker|probation/i.test(relation)) return 'social_worker';
  if (/foster/i.test(relation)) return 'caregiver';
  return guardian ? 'parent' : null;
}

/** Taught at a distance or in the school; null when the source does not say. */
function modeOf(environment: string | null): string | null {
  const word = lastPart(environment)?.toLowerCase() ?? '';
  if (/remote|distance|virtual|online/.test(word)) return 'remote';
  return /classroom|in.?person|mainstream/.test(word) ? 'in_person' : null;
}

/** The reader of a resource's records, whose values `valuesOf` takes by the reader's paths. */
function readerOf({ paths, layout: of }: Resource): FileReader {
  const [reader] = readersOf(paths, [{ ...of, required: [] }], { normal: (path) => path })!;
  return { ...reader!, paths };
}

export const edfi: Format = {
  name: 'edfi-json',
  recognise({ name, header, records }) {
    // Rejected records come back as CSV with paths for columns, in whatever order.
    const layouts = Object.values(RESOURCES).map((resource) => resource.layout);
    if (!records) return readersOf(header, layouts, { normal: (path) => path });
    // A list without records is known by its name alone, and says that there is nothing of the kind.
    const named = RESOURCES[name.split('/').at(-1)!.split('.')[0]!];
    if (header.length === 0) return named ? readerOf(named) : null;
    const there = new Set(header);
    const resource = Object.values(RESOURCES).find(({ layout: { required } }) =>
      required.every((path) => typeof path === 'string' && there.has(path)),
    );
    return resource ? readerOf(resource) : null;
  },
};
