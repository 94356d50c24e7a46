import { resolveDues } from '../../store/calendar.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { deliver, rosterCsv, setUpDistrict } from './world.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-11-01');
  // The clocks go back on 7 November 2021.
  await deliver(
    world.worker,
    rosterCsv({
      school: 'S1',
      from: '2021-11-01',
      to: '2021-11-19',
      students: {},
    }),
  );
  await deliver(world.worker, {
    'calendar.csv': 'School_id,Date,Calendar_event,Session\nS1,2021-11-11,Holiday,\n',
  });
});
afterAll(() => world.close());

const due = async (from: string, schoolDays: number) =>
  (await resolveDues(world.worker, [{ schoolId: 'S1', student: null, from, schoolDays }]))[0];

test('the n-th school day after a day, over weekends and holidays, until the end of that day where the district is', async () => {
  expect(await due('2021-11-05', 1)).toEqual({
    on: '2021-11-08',
    at: '2021-11-09T05:59:59.999Z',
  });
  expect(await due('2021-11-04', 1)).toEqual({
    on: '2021-11-05',
    at: '2021-11-06T04:59:59.999Z',
  });
  expect(await due('2021-11-10', 1)).toMatchObject({ on: '2021-11-12' });
  expect(await due('2021-11-06', 5)).toMatchObject({ on: '2021-11-15' });
});

test('zero school days is the day itself, or the first school day after it', async () => {
  expect(await due('2021-11-05', 0)).toMatchObject({ on: '2021-11-05' });
  expect(await due('2021-11-06', 0)).toMatchObject({ on: '2021-11-08' });
});

test('null when the calendar ends before it, or the school has none', async () => {
  expect(await due('2021-11-17', 2)).toMatchObject({ on: '2021-11-19' });
  expect(await due('2021-11-17', 3)).toEqual({ on: null, at: null });
  expect(
    await resolveDues(world.worker, [
      { schoolId: 'S2', student: null, from: '2021-11-01', schoolDays: 1 },
      { schoolId: 'S1', student: null, from: '2021-11-05', schoolDays: 1 },
    ]),
  ).toMatchObject([{ on: null, at: null }, { on: '2021-11-08' }]);
});
