import { turn } from '../../attendance/turn.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, RULES, setToday, setUpDistrict, standingOf } from './world.ts';

let world: TestDatabase;
beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-09-07');
  await deliver(
    world.worker,
    rosterCsv({
      school: 'S1',
      from: '2021-09-06',
      to: '2021-12-31',
      students: { '1': { born: '2010-09-20' } },
    }),
  );
});
afterEach(() => world.close());
const turnTo = (day: string) => turn(world.worker, day, { rules: RULES });

test('a day turns once, and missed days are turned first, in order', async () => {
  expect((await turnTo('2021-09-07')).map(({ date }) => date)).toEqual(['2021-09-07']);
  expect(await turnTo('2021-09-07')).toEqual([]);
  expect((await turnTo('2021-09-10')).map(({ date }) => date)).toEqual(['2021-09-08', '2021-09-09', '2021-09-10']);
  expect(await turnTo('2021-09-09')).toEqual([]);
  expect(await world.worker('district_turn').orderBy('date').pluck('date')).toEqual([
    '2021-09-07',
    '2021-09-08',
    '2021-09-09',
    '2021-09-10',
  ]);
});

test('two turns at once turn each day once', async () => {
  await turnTo('2021-09-07');
  const made = await Promise.all([turnTo('2021-09-12'), turnTo('2021-09-12'), turnTo('2021-09-11')]);
  expect(
    made
      .flat()
      .map(({ date }) => date)
      .sort(),
  ).toEqual(['2021-09-08', '2021-09-09', '2021-09-10', '2021-09-11', '2021-09-12']);
});

test('birthdays and denominators follow the date alone, and a denominator writes no new version', async () => {
  await turnTo('2021-09-17');
  const friday = await standingOf(world.worker, '1');
  expect(friday).toMatchObject({ age: 10, days_enrolled: 9 });
  await turnTo('2021-09-20');
  expect(await standingOf(world.worker, '1')).toMatchObject({
    as_of: '2021-09-20',
    age: 11,
    days_enrolled: 10,
    version: friday.version + 1,
  });
});

test('a weekend changes the date of a standing, and not its version', async () => {
  await turnTo('2021-09-11');
  const saturday = await standingOf(world.worker, '1');
  await turnTo('2021-09-12');
  expect(await standingOf(world.worker, '1')).toEqual({
    ...saturday,
    as_of: '2021-09-12',
  });
});

test('a day counts in the denominator once its attendance has come, or it is over', async () => {
  await turnTo('2021-09-07');
  expect(await standingOf(world.worker, '1')).toMatchObject({
    days_enrolled: 1,
  });
  await deliver(world.worker, { 'a.csv': attendanceCsv('S1', []) }, { from: '2021-09-07', to: '2021-09-07', complete: true });
  expect(await standingOf(world.worker, '1')).toMatchObject({
    days_enrolled: 2,
  });
});

test('a turn that was missed does not take a standing back behind the delivery that came after it', async () => {
  await turnTo('2021-09-07');
  await setToday(world.owner, '2021-09-10');
  await deliver(
    world.worker,
    {
      'a.csv': attendanceCsv('S1', [['1', '2021-09-10', 'absent', 'Excused']]),
    },
    { from: '2021-09-10', to: '2021-09-10', complete: true },
  );
  const delivered = await standingOf(world.worker, '1');
  const made = await turnTo('2021-09-10');
  expect(await standingOf(world.worker, '1')).toEqual(delivered);
  expect(made.map(({ date, newSpells }) => [date, newSpells])).toEqual([
    ['2021-09-08', 0],
    ['2021-09-09', 0],
    ['2021-09-10', 1],
  ]);
  expect(delivered).toMatchObject({ as_of: '2021-09-10', absences: 1 });
});

test('a day whose attendance never came neither ends a spell nor starts a window', async () => {
  await setToday(world.owner, '2021-09-30');
  const week = { from: '2021-09-06', to: '2021-09-08', complete: true };
  await deliver(
    world.worker,
    {
      'a.csv': attendanceCsv('S1', [['1', '2021-09-08', 'absent', 'Unexcused']]),
    },
    week,
  );
  await turnTo('2021-09-30');
  expect(await standingOf(world.worker, '1')).toMatchObject({
    truancy: [],
    pending: [{ day: '2021-09-08', windowEnds: null }],
  });
  await deliver(world.worker, { 'a.csv': attendanceCsv('S1', []) }, { from: '2021-09-10', to: '2021-09-10', complete: true });
  expect(await standingOf(world.worker, '1')).toMatchObject({
    truancy: ['2021-09-08'],
    pending: [],
  });
});
