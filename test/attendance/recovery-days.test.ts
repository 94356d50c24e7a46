import { mergeRecovery } from '../../attendance/days/recovery.ts';
import { readCalendars, readPasts } from '../../attendance/past/read.ts';
import { dayNumber } from '../../attendance/past/day-numbers.ts';
import { StudentPast } from '../../attendance/past/standings.ts';
import { createStaging } from '../../attendance/staging.ts';
import { recompute } from '../../attendance/standing.ts';
import { beginTouched } from '../../attendance/touched.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import { readRateByMode, readRecovery } from '../../store/read/student-attendance.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { deliver, deliverRows, RULES, rosterCsv, setUpDistrict, standingOf } from './world.ts';

/** One school, S1, weekdays from 6 September (a Monday) to 31 December 2021; today is Friday, 29 October. */
let world: TestDatabase;
let student: string;
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-29');
  await deliver(world.worker, rosterCsv({ school: 'S1', from: '2021-09-06', to: '2021-12-31', students: { '1': { born: '2010-01-01' } } }));
  student = (await world.owner('student').first<{ student_id: string }>('student_id')).student_id;
});
afterAll(() => world.close());

const coverage = { schools: 'all' as const, from: '2021-09-06', to: '2021-10-29', complete: true };

/** Takes recovery rows as a reader of any format would have made them. @returns the reasons of rows not taken, by line */
async function recover(rows: { student?: string; date: string; portion?: string }[]): Promise<(string | null)[]> {
  const deliveryId = await createDelivery(world.worker, { source: 'test', coverage, receivedBy: 'tester', files: [] });
  return world.worker.transaction(async (trx) => {
    await createStaging(trx);
    await beginTouched(trx);
    await trx('staged_recovery').insert(rows.map((row, n) => ({ file: 'r.csv', line: n + 2, school: 'S1', student: '1', ...row })));
    await mergeRecovery(trx, { deliveryId, coverage, today: '2021-10-29', receivedBy: 'tester' });
    return trx('staged_recovery').orderBy('line').pluck<(string | null)[]>('reason');
  });
}

test('recovery days are a ledger of their own, within the caps of a week and a year, and change no absence', async () => {
  const absences = ['07', '08', '09'].map((day) => ({ student: '1', date: `2021-09-${day}`, code: 'i' }));
  await deliverRows(world.worker, 'aeries', absences, coverage);
  // Six days in a row from Monday to Saturday, and a half one in the next week.
  const week = ['13', '14', '15', '16', '17', '18'].map((day) => ({ date: `2021-09-${day}` }));
  expect(await recover([...week, { date: '2021-09-25', portion: '0.5' }])).toEqual(Array(7).fill(null));
  const span = { from: '2021-07-01', to: '2021-10-29', perWeek: 5, perYear: 5.25 };
  const credited = (await readRecovery(world.api, student, span)).map((day) => [day.date.slice(8), day.credited]);
  expect(credited).toEqual([
    ['13', 1],
    ['14', 1],
    ['15', 1],
    ['16', 1],
    ['17', 1],
    ['18', 0],
    ['25', 0.25],
  ]);
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 3, excused: 3 });
});

test('where the policy says so, days made up are taken off the chronic-absence rate, and off nothing else', async () => {
  const today = '2021-10-29';
  const madeUp = { perWeek: 5, perYear: 10 };
  const count = async (rules: typeof RULES) =>
    world.worker.transaction((trx) => recompute(trx, { day: today, students: [student], rules }));
  // Five of a week and half a day of the next count.
  await count({ ...RULES, chronicRate: 0.05, madeUp });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 3, excused: 3, made_up: 5.5, chronic: false });
  const calendars = await readCalendars(world.worker, today);
  for await (const [past] of readPasts(world.worker, today, { students: [student] }, { batch: 1, rules: { ...RULES, madeUp } })) {
    const counted = new StudentPast(past!, calendars, { ...RULES, chronicRate: 0.05, madeUp }, dayNumber(today));
    expect(counted.standings().at(-1)).toMatchObject({ absences: 3, madeUp: 5.5 });
  }
  await count({ ...RULES, chronicRate: 0.05 });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 3, made_up: 0, chronic: true });
});

test('the same file again changes nothing, a day that it leaves out is taken back, and what cannot be taken says why', async () => {
  expect(
    await recover([
      { date: '2021-09-13' },
      { date: '2021-09-14', portion: '2' },
      { date: '2021-12-01' },
      { student: '9', date: '2021-09-15' },
    ]),
  ).toEqual(['unchanged', 'bad-portion', 'after-today', 'unknown-student']);
  expect(await recover([{ date: '2021-09-13' }])).toEqual(['unchanged']);
  expect(await world.worker('recovery_day').pluck('date')).toEqual(['2021-09-13']);
});

test('a rate by mode counts remote days as they were told and every other covered day as in person', async () => {
  await deliverRows(
    world.worker,
    'aeries',
    [
      { student: '1', date: '2021-09-07', code: 'i' },
      { student: '1', date: '2021-09-08', code: '', mode: 'remote' },
      { student: '1', date: '2021-09-09', code: 'u', mode: 'remote' },
    ],
    coverage,
  );
  const expected = [
    { mode: 'in_person', days: 8, absences: 1, rate: 0.875 },
    { mode: 'remote', days: 2, absences: 1, rate: 0.5 },
  ];
  expect(await readRateByMode(world.api, { student }, '2021-09-06', '2021-09-17')).toEqual(expected);
  expect(await readRateByMode(world.api, { school: 'S1' }, '2021-09-06', '2021-09-17')).toEqual(expected);
});
