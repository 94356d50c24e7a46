import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { turn } from '../../attendance/turn.ts';
import type { Crossing } from '../../attendance/crossings.ts';
import { readStanding } from '../../store/standing.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, RULES, setToday, setUpDistrict } from './world.ts';

/**
 * The attendance after something was done on a case: its school days and absences are told, and the case is woken on the day on which a
 * line of its policy is passed, either way, and on no other.
 */
const FROM = '2021-09-06';
/** Friday: what is looked back upon was done at the end of the second week. */
const DONE = '2021-09-17';

let world: TestDatabase;
let caseId: string;

beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-09-05');
  await loadShippedPolicy(world.owner, 'lausd');
  await deliver(world.worker, rosterCsv({ school: 'S1', from: FROM, to: '2021-12-17', students: { '1': { born: '2010-01-01' } } }));
  const student = await world.owner('student').first<{ student_id: string; case_id: string }>();
  caseId = student.case_id;
  const policy = await world.owner('policy_version').first<{ policy_id: string; version: number }>();
  await world.owner('attendance_case').insert({
    case_id: caseId,
    student_id: student.student_id,
    school_id: 'S1',
    school_year: '2021-2022',
    seq: 1,
    last_hash: '',
    last_at: `${DONE}T12:00:00Z`,
    standing_version: 0,
    absences: 0,
    reports_standing: 0,
    opened_on: FROM,
    opened_why: 'by_hand',
    policy_id: policy.policy_id,
    policy_version: policy.version,
  });
});
afterEach(() => world.close());

/** The case looks for an improvement after its plan from now on. */
async function looks(...lines: object[]): Promise<void> {
  await world.owner('attendance_case').update({ supports: JSON.stringify(lines.map((line) => ({ after: 'plan', on: DONE, ...line }))) });
}

/** All attendance until a day, told on it; then the day turns. @returns why the case was woken */
async function told(day: string, absent: string[]): Promise<Crossing['why']> {
  await setToday(world.owner, day);
  const rows = absent.map((date): [string, string, string, string] => ['1', date, 'absent', 'Excused']);
  const { standing } = await deliver(world.worker, { 'a.csv': attendanceCsv('S1', rows) }, { from: FROM, to: day, complete: true });
  const before = await version();
  const [turned] = await turn(world.worker, day, { rules: RULES });
  const why = (standing?.crossings ?? []).flatMap(({ why }) => why);
  // The turn itself tells how many it woke; a version that grew in it says that there is news.
  if ((turned?.crossings ?? 0) > (standing?.crossings.length ?? 0))
    why.push(...((await version()) > before ? (['no_improvement'] as const) : []));
  return why.filter((one) => one === 'no_improvement' || one === 'improved');
}

const version = async (): Promise<number> => (await world.owner('standing').first<{ version: number }>('version'))?.version ?? 0;
const since = async () => (await readStanding(world.worker, caseId))?.sinceDone;

test('school days and absences after the day are counted, and none up to it', async () => {
  await looks({ schoolDays: 100, absences: 90 });
  await told('2021-09-24', ['2021-09-10', '2021-09-17', '2021-09-20', '2021-09-24']);
  expect(await since()).toEqual([{ after: 'plan', on: DONE, days: 5, absences: 2 }]);
  // A later day that nobody has told of yet does not count until it is over.
  await setToday(world.owner, '2021-09-27');
  await turn(world.worker, '2021-09-27', { rules: RULES });
  expect(await since()).toEqual([{ after: 'plan', on: DONE, days: 5, absences: 2 }]);
});

test('the day that completes the days wakes the case though nobody was absent on it, and no day before it', async () => {
  await looks({ schoolDays: 10, absences: 2 });
  const absent = ['2021-09-20', '2021-09-21'];
  expect(await told('2021-09-30', absent)).toEqual([]);
  expect(await told('2021-10-01', absent)).toEqual(['no_improvement']);
  expect(await since()).toEqual([{ after: 'plan', on: DONE, days: 10, absences: 2 }]);
  expect(await told('2021-10-04', absent)).toEqual([]);
});

test('an absence after these days wakes it on its own day; a correction takes that back', async () => {
  await looks({ schoolDays: 5, absences: 2 });
  expect(await told('2021-10-06', ['2021-09-20'])).toEqual([]);
  expect(await told('2021-10-07', ['2021-09-20', '2021-10-07'])).toEqual(['no_improvement']);
  expect(await told('2021-10-08', ['2021-10-07'])).toEqual(['improved']);
});

test('a share falls with the days that go by alone, and the case hears of it', async () => {
  await looks({ schoolDays: 5, rate: 0.3 });
  const absent = ['2021-09-20', '2021-09-21'];
  expect(await told('2021-09-24', absent)).toEqual(['no_improvement']);
  const heard = await version();
  // 2 of 6 days are a third, 2 of 7 less than three tenths.
  await told('2021-09-27', absent);
  expect(await version()).toBe(heard);
  await told('2021-09-28', absent);
  expect(await version()).toBe(heard + 1);
  expect(await since()).toEqual([{ after: 'plan', on: DONE, days: 7, absences: 2 }]);
});

test('what is brought in days after it was done is counted from its own day by the next turn', async () => {
  const absent = ['2021-09-20', '2021-09-21', '2021-09-22'];
  expect(await told('2021-10-08', absent)).toEqual([]);
  await looks({ schoolDays: 10, absences: 3 });
  await setToday(world.owner, '2021-10-09');
  const [turned] = await turn(world.worker, '2021-10-09', { rules: RULES });
  expect(turned?.crossings).toBe(1);
  expect(await since()).toEqual([{ after: 'plan', on: DONE, days: 15, absences: 3 }]);
});
