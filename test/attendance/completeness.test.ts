import { turn } from '../../attendance/turn.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, RULES, setToday, setUpDistrict, standingOf } from './world.ts';

/** School 1 teaches on every weekday from Monday, 6 September 2021; files come for each day until the one said. */
let world: TestDatabase;
beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-09-05');
  const students = { '1': { born: '2010-01-01' }, '2': { born: '2010-01-01' } };
  await deliver(world.worker, rosterCsv({ school: 'S1', from: '2021-09-06', to: '2021-12-31', students }));
});
afterEach(() => world.close());

type Row = [student: string, date: string, status: string, code: string];
const days = (from: string, count: number): string[] => {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count; at += 86_400_000) {
    if (new Date(at).getUTCDay() % 6 !== 0) found.push(new Date(at).toISOString().slice(0, 10));
  }
  return found;
};
const absent = (dates: string[], code = 'Unexcused'): Row[] => dates.map((date) => ['1', date, 'absent', code]);
/** The complete attendance of some days, told on a day. */
const told = async (today: string, from: string, to: string, rows: Row[] = []) => {
  await setToday(world.owner, today);
  return deliver(world.worker, { 'a.csv': attendanceCsv('S1', rows) }, { from, to, complete: true });
};
const turned = (day: string) => turn(world.worker, day, { rules: RULES });
const missing = () => world.owner('missing_submission').orderBy('date').select('date', 'section', 'noticed_on', 'came_on');
const holds = async (student = '1') => ((await standingOf(world.worker, student))?.holds ?? []) as { why: string; since: string }[];
const submissions = (rows: string[]) =>
  deliver(world.worker, { 'submission.csv': ['school,date,section,period,starts_at,submitted_at', ...rows, ''].join('\n') });

test('a school day of which nothing came is missing when the policy’s grace is over, and holds its students until it comes', async () => {
  await told('2021-09-07', '2021-09-06', '2021-09-07');
  await turned('2021-09-07');
  // The file of Wednesday, the 8th, never came; those of the days after it do.
  await told('2021-09-09', '2021-09-09', '2021-09-09');
  expect((await turned('2021-09-09')).at(-1)).toMatchObject({ date: '2021-09-09', missing: 0 });
  expect(await holds()).toEqual([]);
  await setToday(world.owner, '2021-09-10');
  expect((await turned('2021-09-10')).at(-1)).toMatchObject({ missing: 1 });
  expect(await missing()).toEqual([{ date: '2021-09-08', section: '', noticed_on: '2021-09-10', came_on: null }]);
  expect(await holds('1')).toEqual([{ why: 'day_not_submitted', since: '2021-09-08' }]);
  expect(await holds('2')).toEqual([{ why: 'day_not_submitted', since: '2021-09-08' }]);

  const came = await told('2021-09-10', '2021-09-08', '2021-09-08');
  expect(came.counts.consequences).toMatchObject({ releases: { schools: ['S1'] } });
  expect(await holds()).toEqual([]);
  expect(await missing()).toEqual([{ date: '2021-09-08', section: '', noticed_on: '2021-09-10', came_on: '2021-09-10' }]);
});

test('no report falls due on a missing day; when the day comes, what is due is told once', async () => {
  const three = days('2021-09-06', 3);
  // Back on the 9th; the window ends on the 23rd. Nothing comes of the 21st.
  await told('2021-09-20', '2021-09-06', '2021-09-20', absent(three));
  await told('2021-09-24', '2021-09-22', '2021-09-24');
  const [first] = await turned('2021-09-24');
  expect(first!.crossings).toBe(0);
  expect((await standingOf(world.worker, '1')).truancy).toEqual(three);
  expect(await world.owner('outbox').select()).toEqual([]);

  const late = await told('2021-09-24', '2021-09-21', '2021-09-21');
  const { case_id } = await standingOf(world.worker, '1');
  expect(late.standing!.crossings).toEqual([{ caseId: case_id, why: ['report_due'] }]);
  expect(await world.owner('outbox').pluck('case_id')).toEqual([case_id]);
  const again = await told('2021-09-24', '2021-09-21', '2021-09-21');
  expect(again.standing!.crossings).toEqual([]);
});

test('a band that is reached while a day is missing opens no case until the day comes', async () => {
  await told('2021-09-16', '2021-09-06', '2021-09-16', absent(days('2021-09-06', 7), 'Excused'));
  // Nothing comes of the 17th; the eighth absence is told when that is long noticed.
  const eighth = await told('2021-09-22', '2021-09-20', '2021-09-22', absent(['2021-09-20'], 'Excused'));
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 8, holds: [{ why: 'day_not_submitted', since: '2021-09-17' }] });
  expect(eighth.counts.consequences).toMatchObject({ opens: 0, holds: { schools: ['S1'] } });
  expect(await world.owner('outbox').select()).toEqual([]);
  const late = await told('2021-09-22', '2021-09-17', '2021-09-17');
  expect(late.counts.consequences).toMatchObject({ opens: 1, releases: { schools: ['S1'] } });
  expect(late.standing!.crossings).toMatchObject([{ why: ['band'] }]);
});

test('days before the first of which anything came are not asked for', async () => {
  await told('2021-10-08', '2021-10-01', '2021-10-08');
  expect((await turned('2021-10-08')).at(-1)).toMatchObject({ missing: 0 });
  expect(await holds()).toEqual([]);
});

describe('sections', () => {
  beforeEach(async () => {
    await deliver(world.worker, {
      'section.csv':
        'school,section,course,period,teacher,teacher_email,homeroom\nS1,MATH-1,Mathematics,1,A. Lee,lee@example.org,\nS1,ART-2,Art,2,B. Cruz,cruz@example.org,\n',
      'section_enrollment.csv': 'student,school,section,since,until\n1,S1,MATH-1,2021-09-06,\n2,S1,ART-2,2021-09-06,\n',
    });
    await told('2021-09-07', '2021-09-06', '2021-09-07');
  });

  test('one that nobody submitted holds that day for its students alone, and frees them when it comes', async () => {
    await submissions(['S1,2021-09-07,MATH-1,1,08:00,', 'S1,2021-09-07,ART-2,2,09:00,09:05']);
    expect(await holds('1')).toEqual([{ why: 'day_not_submitted', since: '2021-09-07' }]);
    expect(await holds('2')).toEqual([]);
    expect(await missing()).toMatchObject([{ date: '2021-09-07', section: 'MATH-1', came_on: null }]);
    await submissions(['S1,2021-09-07,MATH-1,1,08:00,14:40']);
    expect(await holds('1')).toEqual([]);
    expect(await missing()).toMatchObject([{ section: 'MATH-1', came_on: '2021-09-07' }]);
  });

  test('the teacher is reminded on the next school day, the principal on the one after, each once', async () => {
    await submissions(['S1,2021-09-07,MATH-1,1,08:00,']);
    const reminders = () => world.owner('submission_reminder').orderBy('reminded_on').select('section', 'role', 'reminded_on');
    await turned('2021-09-07');
    expect(await reminders()).toEqual([]);
    await told('2021-09-08', '2021-09-08', '2021-09-08');
    expect((await turned('2021-09-08')).at(-1)).toMatchObject({ reminded: 1 });
    await told('2021-09-10', '2021-09-09', '2021-09-10');
    await turned('2021-09-10');
    expect(await reminders()).toEqual([
      { section: 'MATH-1', role: 'teacher', reminded_on: '2021-09-08' },
      { section: 'MATH-1', role: 'principal', reminded_on: '2021-09-09' },
    ]);
  });

  test('a row that cannot be used is rejected with its reason, and the same rows again change nothing', async () => {
    const rows = [
      'S1,2021-09-07,MATH-1,1,08:00,soon',
      'S9,2021-09-07,MATH-1,1,,08:03',
      'S1,2021-09-11,MATH-1,1,,08:03',
      'S1,2021-09-07,ART-2,2,09:00,2021-09-07T09:05:00-05:00',
    ];
    expect((await submissions(rows)).counts).toMatchObject({
      read: 4,
      accepted: 1,
      rejected: 3,
      reasons: { 'bad-time': 1, 'unknown-school': 1, 'after-today': 1 },
    });
    expect((await submissions(rows.slice(3))).counts).toMatchObject({ accepted: 0, ignored: 1 });
    expect(await world.owner('submission').pluck('submitted_at')).toEqual([new Date('2021-09-07T14:05:00Z')]);
  });
});

test('a school day that somebody says was taken is one of which attendance has come, without any row', async () => {
  await told('2021-09-07', '2021-09-06', '2021-09-07');
  await setToday(world.owner, '2021-09-10');
  await submissions(['S1,2021-09-08,,,,2021-09-08T15:00:00Z', 'S1,2021-09-09,,,,2021-09-09T15:00:00Z']);
  await turned('2021-09-10');
  expect(await holds()).toEqual([]);
  expect((await standingOf(world.worker, '1')).days_enrolled).toBe(4);
});
