import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { readAll, sourceOf } from '../read/world.ts';

/** What a file of a system says, file by file: format, kind and canonical rows without what they leave empty. */
async function reading(path: string) {
  const bytes = readFileSync(new URL(`./fixtures/${path}`, import.meta.url));
  const files = await readAll(sourceOf(path.split('/')[1]!, bytes));
  return files.map(({ format, kind, reader, all }) => ({
    format,
    kind,
    rows: all.map((row) =>
      'problem' in row ? row : Object.fromEntries(Object.entries(reader?.read(row.fields) ?? {}).filter(([, value]) => value !== null)),
    ),
  }));
}
const only = async (path: string) => (await reading(path))[0]!;

describe('the same days read the same in every format, but for the codes and numbers that are each system’s own', () => {
  const ana = { school: '990', date: '2025-09-02', scope: 'day' };
  const le = { school: '990', date: '2025-09-03', scope: 'day' };
  test.each([
    [
      'aeries/ATT.csv',
      'aeries-csv',
      { student: '120001', code: 'u', periods: '1=u,2=u,3=u,4=u,5=u,6=u' },
      2,
      { student: '120002', code: 'i' },
    ],
    [
      'powerschool/attendance.txt',
      'powerschool-csv',
      { student: '120001', sis_id: '501', code: 'ua' },
      2,
      { student: '120002', code: 'ea' },
    ],
    [
      'infinite-campus/attendance.csv',
      'infinite-campus-csv',
      { student: '120001', ssid: '9012345671', sis_id: '501', code: 'absent/unexcused' },
      2,
      { student: '120002', code: 'absent/excused' },
    ],
    [
      'clever/attendance.csv',
      'clever-csv',
      { student: '120001', code: 'absent/unexcused' },
      2,
      { student: '120002', code: 'absent/excused' },
    ],
    [
      'aspen/student_attendance.csv',
      'aspen-csv',
      { student: '120001', ssid: '9012345671', code: 'a', portion: '1.0' },
      2,
      { student: '120002', code: 'a-e' },
    ],
    [
      'aspen/attendance_export.txt',
      'aspen-csv',
      { student: '120001', ssid: '9012345671', code: 'a' },
      1,
      { student: '120002', code: 'a-e' },
    ],
    [
      'ed-fi/studentSchoolAttendanceEvents.json',
      'edfi-json',
      { ssid: '9012345671', code: 'unexcused absence', portion: '1' },
      2,
      { ssid: '9012345672', code: 'excused absence', mode: 'in_person' },
    ],
    [
      'sif/StudentDailyAttendances.xml',
      'sif-xml',
      { sis_id: 'u-501', code: 'absentunexcused', reason_raw: '500' },
      1,
      { sis_id: 'u-502', code: '201', arrived_at: '09:12' },
    ],
    [
      'plain/absences.csv',
      'plain-csv',
      { student: '120001', ssid: '9012345671', code: 'absent/no' },
      2,
      { student: '120002', code: 'absent/yes', reason_raw: 'flu' },
    ],
  ])('%s', async (path, format, first, at, later) => {
    const { format: found, kind, rows } = await only(path);
    expect([found, kind]).toEqual([format, 'attendance']);
    expect(rows[0]).toMatchObject({ ...ana, ...first });
    expect(rows[at]).toMatchObject({ ...le, ...later });
  });
});

describe('the same students read the same in every format', () => {
  const ana = { first_name: 'Ana', middle_name: 'Lucia', last_name: "Peña-O'Brien", birthdate: '2011-03-14' };
  test.each([
    ['aeries/STU.csv', { student: '120001', ssid: '9012345671', grade: '9', school: '990', entry_date: '2025-08-14' }],
    [
      'powerschool/students.txt',
      { student: '120001', ssid: '9012345671', sis_id: '501', grade: '9', entry_date: '2025-08-14', last_name: 'Peña-O’Brien' },
    ],
    ['infinite-campus/students.csv', { student: '120001', ssid: '9012345671', sis_id: '501', grade: '9', entry_date: '2025-08-14' }],
    ['clever/students.csv', { student: '120001', ssid: '9012345671', grade: '9', school: '990' }],
    ['aspen/students_export.txt', { student: '120001', ssid: '9012345671', grade: '9', entry_date: '2025-08-14' }],
    ['oneroster/users.csv', { student: '120001', sis_id: 'u-501', grade: '9', birthdate: undefined }],
    ['ed-fi/students.jsonl', { ssid: '9012345671' }],
    ['sif/StudentPersonals.xml', { student: '120001', ssid: '9012345671', sis_id: 'u-501' }],
    ['plain/students.csv', { student: '120001', ssid: '9012345671', grade: '9', school: '990', entry_date: '2025-08-14' }],
  ])('%s', async (path, own) => {
    const { kind, rows } = await only(path);
    expect(kind).toBe('student');
    expect(rows[0]).toEqual(expect.objectContaining(JSON.parse(JSON.stringify({ ...ana, ...own }))));
  });
});

test('values that go by several names come out as one: grades, dates, times, a surname that is Null', async () => {
  expect((await only('aeries/STU.csv')).rows[1]).toMatchObject({ grade: 'TK', birthdate: '2021-01-05' });
  expect((await only('plain/students.csv')).rows[1]).toMatchObject({
    last_name: 'Null',
    first_name: 'Le',
    grade: 'K',
    birthdate: '2021-01-05',
  });
  expect((await only('plain/absences.csv')).rows[1]).toMatchObject({ date: '2025-09-02', code: 'tardy', reason_raw: 'bus' });
  expect((await only('aspen/student_attendance.csv')).rows[1]).toMatchObject({ arrived_at: '09:12', code: 't' });
  expect((await only('powerschool/students.txt')).rows[1]).toMatchObject({ grade: 'K', exit_date: '2025-09-05', exit_reason: 'T160' });
});

test('years that no school means stay in the row, to be rejected with their value', async () => {
  expect((await only('aspen/student_attendance.csv')).rows.slice(3)).toMatchObject([{ date: '0003-09-04' }, { date: '2173-09-04' }]);
});

test('period and section rows say so, and a day on which a student has no school is passed over', async () => {
  expect((await only('powerschool/attendance.txt')).rows[3]).toMatchObject({ scope: 'period', period: '3' });
  expect((await only('infinite-campus/attendance.csv')).rows[3]).toMatchObject({
    scope: 'period',
    period: '03',
    code: 'early release/exempt',
  });
  expect((await only('clever/attendance.csv')).rows[3]).toMatchObject({ scope: 'period', section: 'S-7', code: 'absent/' });
  expect((await only('ed-fi/studentSectionAttendanceEvents.json')).rows).toMatchObject([{ scope: 'period', section: 'S-8', period: '02' }]);
  expect((await only('aeries/ATT.csv')).rows[1]).toMatchObject({ code: '', periods: '1=t' });
  expect((await only('aeries/ATT.csv')).rows[3]).toMatchObject({ reason: 'no-school' });
});

test('a file of students also tells of their groups and flags, and of a contact, each read as rows of its own', async () => {
  const [student, demographics, contact] = await reading('clever/students.csv');
  expect([student!.kind, demographics!.kind, contact!.kind]).toEqual(['student', 'demographics', 'contact']);
  expect(demographics!.rows[0]).toEqual({
    student: '120001', gender: 'female', race_ethnicity: 'W|Hispanic or Latino', home_language: 'Spanish', lunch: 'free', iep: 'false', english_learner: 'true',
  }); // prettier-ignore
  expect(contact!.rows).toMatchObject([
    { student: '120001', contact: 'C1', first_name: 'Rosa', last_name: 'Peña', relationship: 'Mother', phone: '(555) 010-0199 ext 4' },
    { reason: 'nothing-said' },
  ]);
  expect((await reading('aspen/students_export.txt'))[1]!.rows[0]).toMatchObject({
    section_504: 'true',
    home_language: 'Spanish',
    lunch: 'Free Lunch',
  });
  expect((await only('ed-fi/studentEducationOrganizationAssociations.json')).rows[0]).toEqual({
    ssid: '9012345671', gender: 'Female', race_ethnicity: 'White|Asian|Hispanic or Latino', home_language: 'spa', english_learner: 'true', foster: 'true',
  }); // prettier-ignore
});

test('enrollments, sections and calendars come with their spans', async () => {
  expect((await only('aeries/ENR.csv')).rows[0]).toEqual({
    student: '120001',
    school: '980',
    grade: '8',
    entry_date: '2024-08-14',
    exit_date: '2025-06-05',
    exit_reason: '160',
  });
  expect(await only('clever/sections.csv')).toMatchObject({
    kind: 'section',
    rows: [
      { section: 'S-7', teacher: 'T-1', homeroom: 'true' },
      { section: 'S-8', homeroom: 'false' },
    ],
  });
  expect(await only('clever/enrollments.csv')).toMatchObject({
    kind: 'section_enrollment',
    rows: [{ section: 'S-7' }, { section: 'S-8' }],
  });
  expect((await only('ed-fi/studentSchoolAssociations.json')).rows).toMatchObject([
    { ssid: '9012345671', track: 'A', grade: '9', entry_date: '2025-08-14' },
    { ssid: '9012345672', grade: 'K', exit_date: '2025-09-05', exit_reason: 'Transferred' },
  ]);
  expect((await only('ed-fi/calendarDates.json')).rows).toMatchObject([
    { school: '990', date: '2025-09-01', instructional: 'false' },
    { school: '990', date: '2025-09-02', instructional: 'true' },
  ]);
  expect((await only('ed-fi/sectionAttendanceTakenEvents.json')).rows).toMatchObject([
    { school: '990', section: 'S-7', date: '2025-09-02' },
  ]);
  expect((await only('ed-fi/schools.json')).rows).toEqual([{ school: '990', name: 'Example High' }]);
  expect((await only('sif/StudentSchoolEnrollments.xml')).rows).toMatchObject([{ sis_id: 'u-501', school: '990', grade: '9' }]);
});

test('OneRoster gives the roster: students only, spans that end when a row is to be deleted, nothing from what it is not needed for', async () => {
  expect((await only('oneroster/users.csv')).rows[2]).toMatchObject({ reason: 'not-a-student' });
  expect((await only('oneroster/roles.csv')).rows).toMatchObject([
    { sis_id: 'u-501', school: 'org-990', entry_date: '2025-08-14' },
    { sis_id: 'u-502', exit_date: '2025-09-05' },
    { reason: 'not-a-student' },
  ]);
  expect((await only('oneroster/enrollments.csv')).rows).toMatchObject([
    { section: 'c-7', until: '2026-06-05' },
    { reason: 'not-a-student' },
    { until: '2025-09-05' },
  ]);
  expect((await only('oneroster/orgs.csv')).rows).toMatchObject([{ reason: 'not-used' }, { school: 'org-990', name: 'Example High' }]);
  expect((await only('oneroster/demographics.csv')).rows).toEqual([
    { sis_id: 'u-501', birthdate: '2011-03-14', gender: 'female', race_ethnicity: 'White|Hispanic or Latino' },
  ]);
  expect((await only('oneroster/classes.csv')).rows).toMatchObject([{ section: 'c-7', course: 'Homeroom 7', homeroom: 'true' }]);
  for (const file of ['manifest.csv', 'academicSessions.csv'])
    expect((await only(`oneroster/${file}`)).rows[0]).toMatchObject({ reason: 'not-used' });
  expect((await only('clever/teachers.csv')).rows[0]).toMatchObject({ reason: 'not-used' });
});

test('what a source took back is withdrawn, and both shapes of SIF are read', async () => {
  expect((await only('ed-fi/deletes.json')).rows).toMatchObject([
    { ssid: '9012345671', date: '2025-09-02', withdrawn: 'true', code: 'unexcused absence' },
  ]);
  expect((await only('sif/north-american.xml')).rows).toMatchObject([{ sis_id: 'u-501', school: '990', date: '2025-09-02', code: 'unx' }]);
});

test('a record that is broken costs itself, and a file of records that ends in the middle is refused', async () => {
  const event =
    '{"eventDate":"2025-09-02","attendanceEventCategoryDescriptor":"x#Tardy","schoolReference":{"schoolId":1},"studentReference":{"studentUniqueId":"7"}}';
  const [file] = await readAll(sourceOf('a.json', `[${event},{"eventDate":oops},${event}]`));
  expect(file!.all.map((row) => ('problem' in row ? row.problem : row.fields[0]))).toEqual(['7', 'bad-record', '7']);
  await expect(readAll(sourceOf('a.json', `[${event},${event.slice(0, 40)}`))).rejects.toThrow(
    'a.json: this file is damaged or incomplete',
  );
  const xml = readFileSync(new URL('./fixtures/sif/StudentDailyAttendances.xml', import.meta.url), 'utf8');
  for (const bad of [xml.slice(0, 900), xml.replace('</Date>', '</Datum>'), `<!DOCTYPE a [<!ENTITY b "c">]>${xml.slice(39)}`]) {
    await expect(readAll(sourceOf('a.xml', bad))).rejects.toThrow('a.xml: this file is damaged or incomplete');
  }
  expect((await readAll(sourceOf('a.xml.gz', gzipSync(xml))))[0]!.all).toHaveLength(2);
});
