import type { TestDatabase } from '../world/database.ts';
import { AeriesServer } from './aeries-server.ts';
import { days, feedOn, health, openFeedWorld, pull, setClock } from './world.ts';

let world: TestDatabase;
let server: AeriesServer;
beforeEach(async () => {
  world = await openFeedWorld();
  server = await new AeriesServer().start();
  server.fill(990, [120001, 120002]);
});
afterEach(async () => {
  await server.stop();
  await world.close();
});

const feedOf = (settings = {}) => feedOn(world, 'aeries', { url: server.url, settings });
const pullNow = (feed: Awaited<ReturnType<typeof feedOf>>, kind?: 'reconcile') =>
  pull(world, feed, { secret: server.certificate, ...(kind ? { kind } : {}) });

test('an Aeries API is read whole with the first pull, and then the days of its window: corrected, deleted and new marks come, each once', async () => {
  server.mark(120001, '2025-09-02', 'U', { 1: 'U', 2: 'U' });
  server.mark(120002, '2025-09-03', 'A');
  const feed = await feedOf();
  const first = await pullNow(feed);
  expect(first.counts.map(({ rejected }) => rejected)).toEqual([0, 0]);
  expect(await days(world)).toEqual(['120001 2025-09-02 u', '120002 2025-09-03 a']);
  expect(await world.owner('student_identifier').where({ scheme: 'ssid' }).orderBy('value').pluck('value')).toEqual([
    '90120001',
    '90120002',
  ]);

  server.unmark(120001, '2025-09-02');
  server.unmark(120002, '2025-09-03');
  server.mark(120002, '2025-09-03', 'I');
  server.mark(120001, '2025-09-08', 'U');
  await setClock(world, '2025-09-09 02:00');
  await pullNow(feed);
  expect(await days(world)).toEqual(['120001 2025-09-08 u', '120002 2025-09-03 i']);
  expect(server.asked.at(-1)).toBe('GET /aeries/api/v5/schools/990/attendance?StartDate=20250909&EndDate=20250909');

  await setClock(world, '2025-09-09 03:00');
  const again = await pullNow(feed);
  expect(again.counts.map(({ days: { added, changed, withdrawn } }) => added + changed + withdrawn)).toEqual(again.counts.map(() => 0));
});

test('a mark that was deleted before the window began is found by the weekly reconcile', async () => {
  server.mark(120001, '2025-09-02', 'U');
  const feed = await feedOf({ windowDays: 5 });
  await pullNow(feed);
  server.unmark(120001, '2025-09-02');
  await setClock(world, '2025-09-12 02:00');
  await pullNow(feed);
  expect(await days(world)).toHaveLength(1);
  await setClock(world, '2025-09-13 02:00');
  await pullNow(feed);
  expect(await days(world)).toEqual([]);
});

test('a feed that was away for longer than its window reads all the days it missed', async () => {
  const feed = await feedOf({ windowDays: 2 });
  await pullNow(feed);
  server.mark(120001, '2025-09-08', 'U');
  await setClock(world, '2025-09-12 02:00');
  await pullNow(feed);
  expect(await days(world)).toEqual(['120001 2025-09-08 u']);
  expect(await world.owner('covered_day').count('* AS n').first()).toEqual({ n: 9 });
});

test('the calendar comes with Aeries’ own marks, and a school that is not in use is passed over', async () => {
  server.holidays.set('2025-09-01', '#').set('2025-09-04', '%').set('2025-09-05', '$');
  server.schools.push({ SchoolCode: 999, Name: 'Inactive', InactiveStatusCode: 'Z' }, { SchoolCode: 0, Name: 'District' });
  await pullNow(await feedOf());
  expect(await world.owner('school').pluck('school_id')).toEqual(['990']);
  expect(await world.owner('calendar_day').where('date', '<=', '2025-09-05').orderBy('date').select('event', 'instructional')).toEqual([
    { event: 'School holiday', instructional: false },
    { event: 'Instructional day', instructional: true },
    { event: 'Instructional day', instructional: true },
    { event: 'Minimum day', instructional: true },
    { event: 'Staff development', instructional: false },
  ]);
});

test('students come in numbered pages, and periods are kept beside the day', async () => {
  server.fill(
    991,
    Array.from({ length: 1_001 }, (_none, n) => 200_000 + n),
  );
  server.mark(201_000, '2025-09-02', '', { 1: 'U', 2: 'U', 3: 'U' }, 991);
  await pullNow(await feedOf());
  expect(await world.owner('student').count('* AS n').first()).toEqual({ n: 1_003 });
  expect(await world.owner('attendance_period').orderBy('period').pluck('period')).toEqual(['1', '2', '3']);
});

test('a wrong certificate and a wrong address are told as what they are', async () => {
  const feed = await feedOf();
  await expect(pull(world, feed, { secret: 'wrong' })).rejects.toThrow(
    /^The server at 127\.0\.0\.1:\d+ refuses the feed’s certificate \(401\)/,
  );
  const lost = await feedOn(world, 'aeries', { url: `${server.url}/elsewhere`, name: 'lost' });
  await expect(pull(world, lost, { secret: server.certificate })).rejects.toThrow('there is no Aeries API');
  expect((await health(world, 'lost')).sentence).toMatch(
    /^The feed lost \(Aeries API\) has never brought anything\. At the address of the feed there is no Aeries API/,
  );
});

test('what the district’s own table of absence codes says goes before what is usual, and what it leaves open stays open', async () => {
  const code = (AbsenceCode: string, TypeCode: string, more = {}) => {
    server.codes.push({
      SchoolCode: 990,
      AbsenceCode,
      TypeCode,
      Title: `Code ${AbsenceCode}`,
      IsSuspension: false,
      IndependentStudyCode: '',
      ...more,
    });
  };
  // Here E is a verified unexcused absence, O an excused one, and K a partial-day truancy.
  code('E', '3');
  code('O', '2');
  code('K', '5', { IsPartialDayTruant: true });
  code('W', '3', { IsSuspension: true });
  code('V', '2');
  server.fill(991, [220001]);
  server.codes.push({ SchoolCode: 991, AbsenceCode: 'V', TypeCode: '3', Title: 'Other' });
  for (const [n, mark] of ['E', 'O', 'K', 'W', 'V'].entries()) server.mark(120001, `2025-09-0${n + 1}`, mark);
  const { counts } = await pullNow(await feedOf());
  expect(await world.owner('attendance_day').orderBy('date').select('code_raw', 'status', 'excuse', 'truancy')).toEqual([
    { code_raw: 'e', status: 'absent', excuse: 'unexcused', truancy: 'full_day' },
    { code_raw: 'o', status: 'absent', excuse: 'excused', truancy: 'full_day' },
    { code_raw: 'k', status: 'tardy', excuse: 'unexcused', truancy: 'occasion' },
  ]);
  // A suspension may be in school or out of it, and two schools disagree about V: a person says what they mean.
  expect(counts[1]?.reasons).toEqual({ 'unknown-code': 2 });
  expect(await world.owner('attendance_code').where({ code: 'e', code_set: 'aeries' }).pluck('mapped_by')).toEqual(['feed:sis']);
});

describe('people', () => {
  const contact = (StudentID: number, SequenceNumber: number, more = {}): void => {
    server.people['contacts']!.push({
      StudentID,
      SchoolCode: 990,
      SequenceNumber,
      MailingName: '',
      FirstName: 'Rosa',
      LastName: 'Peña',
      RelationshipToStudentCode: '10',
      EducationalRightsHolder: 'Y',
      PrimaryContact: 'Y',
      LivesWithStudentIndicator: 'Y',
      RedFlag: false,
      HomePhone: '5550100001',
      WorkPhone: '',
      CellPhone: '5550100199',
      EmailAddress: 'rosa@example.org',
      Address: '1 Elm St',
      AddressCity: 'Eagle Rock',
      AddressState: 'CA',
      AddressZipCode: '98765',
      AddressZipExt: '',
      CorrespondenceLanguageCode: '01',
      ...more,
    });
  };
  const program = (StudentID: number, ProgramCode: string, since: string, until: string | null = null): number =>
    server.people['programs']!.push({
      StudentID,
      SchoolCode: 990,
      ProgramCode,
      EligibilityStartDate: `${since}T00:00:00`,
      EligibilityEndDate: null,
      ParticipationStartDate: `${since}T00:00:00`,
      ParticipationEndDate: until === null ? null : `${until}T00:00:00`,
    });
  const flags = () =>
    world
      .owner('student_flag AS f')
      .join('student_identifier AS i', 'i.student_id', 'f.student_id')
      .where({ scheme: 'local' })
      .orderBy(['value', 'flag', 'f.since'])
      .select(world.owner.raw(`value || ' ' || flag || ' ' || f.since || coalesce(' to ' || f.until, '') AS line`))
      .then((rows: { line: string }[]) => rows.map(({ line }) => line));
  const contacts = () => world.owner('contact').whereNull('superseded_by').orderBy(['first_name', 'local_id']);

  test('contacts come in the district’s own words, with the education rights; one marked with a red flag gets no letter', async () => {
    server.district['codes/CON/RL'] = [
      { Code: '10', Description: 'Mother' },
      { Code: '11', Description: 'Father' },
    ];
    server.district['codes/CON/CL'] = [{ Code: '01', Description: 'Spanish' }];
    contact(120001, 1);
    contact(120001, 2, {
      FirstName: 'Victor',
      RelationshipToStudentCode: '11',
      EducationalRightsHolder: 'N',
      PrimaryContact: 'N',
      LivesWithStudentIndicator: 'N',
      RedFlag: true,
      CellPhone: '',
      CorrespondenceLanguageCode: '',
    });
    contact(120002, 1, { RelationshipToStudentCode: '99', EducationalRightsHolder: '' });
    const feed = await feedOf();
    expect((await pullNow(feed)).counts.map(({ rejected }) => rejected)).toEqual([0, 0]);
    expect(await contacts()).toMatchObject([
      {
        first_name: 'Rosa',
        relationship: 'Mother',
        legal_role: 'education_rights_holder',
        court_order: null,
        is_primary: true,
        lives_with: true,
        phone: '5550100199',
        phone_type: 'Cell',
        language: 'Spanish',
        zip: '98765',
      },
      { first_name: 'Rosa', relationship: '99', legal_role: null },
      {
        first_name: 'Victor',
        relationship: 'Father',
        court_order: 'Marked with a red flag in Aeries: see there what it forbids',
        court_order_limits: ['contact', 'letters'],
        phone: '5550100001',
        phone_type: 'Home',
        lives_with: false,
      },
    ]);

    // One who is gone there is gone here with the week's reconcile; a change comes with the next night.
    server.people['contacts']!.splice(2, 1);
    server.people['contacts']![0]!['CellPhone'] = '5550100777';
    await setClock(world, '2025-09-09 02:00');
    await pullNow(feed);
    expect(await contacts()).toMatchObject([{ phone: '5550100777' }, { relationship: '99' }, { first_name: 'Victor' }]);
    await setClock(world, '2025-09-13 02:00');
    await pullNow(feed);
    expect(await contacts()).toMatchObject([{ phone: '5550100777' }, { first_name: 'Victor' }]);
  });

  test('programs are flags from day to day, overlapping ones are one, and a deleted one ends', async () => {
    program(120001, '144', '2024-08-14', '2025-06-12');
    program(120001, '144', '2025-06-01');
    program(120001, '101', '2025-08-20', '2025-08-29');
    program(120002, '191', '2025-08-14');
    program(120002, '127', '2025-08-14');
    Object.assign(server.students[1]!, { LanguageFluencyCode: 'L', HomeLanguageCode: '01', EthnicityCode: 'Y' });
    server.district['codes/STU/HL'] = [{ Code: '01', Description: 'Spanish' }];
    const feed = await feedOf();
    await pullNow(feed);
    const english = '120002 english_learner 2025-09-08';
    expect(await flags()).toEqual([
      '120001 iep 2024-08-14',
      '120001 section_504 2025-08-20 to 2025-08-29',
      english,
      '120002 homeless 2025-08-14',
    ]);
    expect(
      await world.owner('student_group').whereIn('dimension', ['home_language', 'race_ethnicity']).orderBy('dimension').pluck('value'),
    ).toEqual(['Spanish', 'Hispanic or Latino']);
    server.people['programs']!.splice(3, 1);
    await setClock(world, '2025-09-10 02:00');
    await pullNow(feed);
    expect(await flags()).toContain('120002 homeless 2025-08-14 to 2025-09-09');
    const profiles = await world.owner('student_profile').count('* AS n').first();
    await setClock(world, '2025-09-11 02:00');
    await pullNow(feed);
    expect(await world.owner('student_profile').count('* AS n').first()).toEqual(profiles);
  });

  test('sections come with their teachers, and the homeroom with its own', async () => {
    const staff = (StaffID: number, LastName: string, IsPrimaryTeacher: boolean, InactiveStatusCode = '') => ({
      StaffID,
      FirstName: 'Maria',
      LastName,
      IsPrimaryTeacher,
      InactiveStatusCode,
      EndDate: null,
    });
    server.district['staff'] = [{ ID: 7, FirstName: 'Maria', LastName: 'Acosta', EmailAddress: 'acosta@example.org' }];
    server.district['courses'] = [{ ID: '0301', Title: 'English 9' }];
    server.people['sections']!.push({
      SchoolCode: 990,
      SectionNumber: 6089,
      Period: '6',
      CourseID: '0301',
      SectionStaffMembers: [staff(5, 'Gone', true, 'I'), staff(6, 'Helper', false), staff(7, 'Acosta', true)],
    });
    server.people['classes']!.push({
      StudentID: 120001,
      SchoolCode: 990,
      SequenceNumber: 1,
      SectionNumber: 6089,
      CourseID: '0301',
      DateStarted: '2025-09-01T00:00:00',
      DateEnded: null,
    });
    server.people['teachers']!.push({
      SchoolCode: 990,
      TeacherNumber: 602,
      DisplayName: 'Okafor, N',
      FirstName: 'Ngozi',
      LastName: 'Okafor',
      EmailAddress: 'okafor@example.org',
    });
    server.students[0]!['HomeRoomTeacherNumber'] = 602;
    server.students[1]!['HomeRoomTeacherNumber'] = 0;
    await pullNow(await feedOf());
    expect(await world.owner('section').orderBy('section_id').select('section_id', 'course', 'period', 'homeroom')).toEqual([
      { section_id: '6089', course: 'English 9', period: '6', homeroom: false },
      { section_id: 'homeroom 602', course: 'Homeroom', period: null, homeroom: true },
    ]);
    expect(await world.owner('section_teacher').orderBy('section_id').select('teacher', 'teacher_email')).toEqual([
      { teacher: 'Maria Acosta', teacher_email: 'acosta@example.org' },
      { teacher: 'Ngozi Okafor', teacher_email: 'okafor@example.org' },
    ]);
    expect(await world.owner('section_enrollment').orderBy('section_id').pluck('section_id')).toEqual(['6089', 'homeroom 602']);
  });

  test('what the certificate may not read is named with the feed, and the rest comes', async () => {
    for (const list of ['contacts', 'programs', 'classes']) server.forbidden.add(list);
    server.mark(120001, '2025-09-02', 'U');
    await pullNow(await feedOf());
    expect(await days(world)).toHaveLength(1);
    expect((await health(world)).leftOut).toEqual(['classes', 'contacts', 'programs']);
  });
});
