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
