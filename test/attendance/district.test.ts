import { MockActivityEnvironment } from '@temporalio/testing';
import { createDistrictActivities, type DistrictActivities } from '../../activities/district.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { deliver, ROSTER, RULES, SAMPLES, setToday, setUpDistrict } from './world.ts';

let world: TestDatabase;
let activities: DistrictActivities;

beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-08-22');
  await deliver(world.worker, ROSTER);
  await world.owner('policy_version').insert({
    policy_id: 'p',
    version: 1,
    digest: 'd',
    in_force: true,
    document: 'absenceList:\n  clearing: 10\n',
    ladder: JSON.stringify({ statute: RULES, bands: RULES.bands }),
  });
  activities = createDistrictActivities({
    db: world.worker,
    samplesDir: SAMPLES,
    patienceMs: 300,
  });
});
afterEach(() => world.close());

/** Activities are run as the worker runs them; what fails on purpose here is not worth a line in the log. */
const nothing = () => undefined;
const logger = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
const run = <T>(work: () => Promise<T>): Promise<T> => new MockActivityEnvironment({}, { logger }).run(work);

test('passing days delivers the rows of each as the nightly file would, and turns it', async () => {
  const { dates, short } = await run(() => activities.planAdvance({ schoolDays: 8 }));
  expect(short).toBeNull();
  expect(dates).toEqual(
    ['08-23', '08-24', '08-25', '08-26', '08-27', '08-28', '08-29', '08-30', '08-31', '09-01'].map((day) => `2021-${day}`),
  );
  for (const date of dates) expect(await run(() => activities.passDay(date))).toMatchObject({ date });
  expect(await world.worker('delivery').where({ source: 'grand-bend nightly' }).count().first()).toEqual({ count: 8 });
  const { read } = (await world
    .worker('district_turn')
    .sum({ read: world.owner.raw(`(summary #>> '{rows,read}')::integer`) })
    .first())!;
  expect(Number(read)).toBe(await rowsUntil('2021-09-01'));
  // A repeat of a day, as after a lost worker, changes nothing.
  const before = await world.worker('standing').orderBy('student_id');
  await run(() => activities.passDay('2021-09-01'));
  expect(await world.worker('standing').orderBy('student_id')).toEqual(before);
  expect(await world.worker('delivery').where({ source: 'grand-bend nightly' }).count().first()).toEqual({ count: 8 });
});

async function rowsUntil(day: string): Promise<number> {
  const { sampleFile } = await import('./world.ts');
  return sampleFile('attendance.csv')
    .toString()
    .split('\n')
    .slice(1)
    .filter((line) => line !== '' && line.split(',')[3]! <= day).length;
}

test('rows on a Sunday come on that Sunday, and are rejected', async () => {
  await setToday(world.owner, '2022-05-14');
  expect(await run(() => activities.passDay('2022-05-15'))).toMatchObject({
    rows: { read: 3, rejected: 3 },
  });
});

test('an advance stops where the calendar ends, and says so', async () => {
  await setToday(world.owner, '2022-05-25');
  expect(await run(() => activities.planAdvance({ schoolDays: 5 }))).toEqual({
    dates: ['2022-05-26', '2022-05-27'],
    short: 'The calendar ends on 2022-05-27: 2 of 5 school days can be passed.',
  });
  await setToday(world.owner, '2022-05-27');
  expect(await run(() => activities.planAdvance({ days: 1 }))).toEqual({
    dates: [],
    short: 'The calendar ends before 2022-05-28; there is no day to advance to.',
  });
});

test('a day that an interrupted advance began is passed first by the next one', async () => {
  await run(() => activities.passDay('2021-08-23'));
  await setToday(world.owner, '2021-08-24');
  expect((await run(() => activities.planAdvance({ days: 2 }))).dates).toEqual(['2021-08-24', '2021-08-25']);
});

test('the next day waits until the messages of this one have taken effect', async () => {
  await world.owner('outbox').insert({
    case_id: '00000000-0000-4000-8000-000000000000',
    standing_version: 1,
  });
  await expect(run(() => activities.waitUntilQuiet('2021-08-23'))).rejects.toThrow(
    /1 messages and 0 deadlines of 2021-08-23 have not taken effect/,
  );
  const waiting = run(() => activities.waitUntilQuiet('2021-08-23'));
  await world.owner('outbox').delete();
  expect(await waiting).toBe(0);
});

test('a live district cannot be advanced', async () => {
  await world.owner('district').update({ clock_offset: '0', live: true });
  await expect(run(() => activities.planAdvance({ days: 1 }))).rejects.toThrow(/only a sample district can be advanced/);
});

test('without a policy in force nothing is counted, and the error says what to do', async () => {
  await world.owner('policy_version').update({ in_force: false });
  await expect(run(() => activities.turnDay(null))).rejects.toThrow(/no policy is in force in this district: load one/);
});
