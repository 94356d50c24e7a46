import { patternsOf } from '../../cases/patterns.ts';
import { readAttendanceYears } from '../../store/read/patterns.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, setUpDistrict } from './world.ts';

/**
 * One school from Monday, 30 August 2021, with Monday 11 October and Thursday and Friday 25 and 26 November off, submitted up to
 * Friday, 10 December; the next days off after a school day are those of the winter break, from 20 December on.
 */
const OFF = ['2021-10-11', '2021-11-25', '2021-11-26', ...range('2021-12-20', '2022-01-02')];
const UNTIL = '2021-12-10';
const SEEDED: Record<string, string[]> = {
  mondays: ['2021-09-20', '2021-10-04', '2021-11-08', '2021-12-06', '2021-10-20'],
  run: ['2021-12-08', '2021-12-09', '2021-12-10'],
  'after days off': ['2021-10-12', '2021-11-29'],
  beginning: ['2021-09-02', '2021-09-21'],
  rising: ['2021-10-05', '2021-11-18', '2021-11-24', '2021-12-02', '2021-12-07'],
  better: ['2021-09-01', '2021-09-09', '2021-09-17', '2021-09-28', '2021-10-06', '2021-10-15', '2021-10-21'],
  none: ['2021-10-27'],
};

let world: TestDatabase;
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, UNTIL);
  const students = Object.fromEntries(Object.keys(SEEDED).map((name) => [name, { born: '2010-01-01' }]));
  const roster = rosterCsv({ school: 'S1', from: '2021-08-30', to: '2022-01-28', students });
  roster['calendar.csv'] = roster['calendar.csv']!.split('\n')
    .filter((line) => !OFF.some((day) => line.includes(day)))
    .join('\n');
  await deliver(world.worker, roster);
  const rows = Object.entries(SEEDED).flatMap(([name, days]) =>
    days.map((day): [string, string, string, string] => [name, day, 'absent', 'Excused']),
  );
  await deliver(world.worker, { 'a.csv': attendanceCsv('S1', rows) }, { from: '2021-08-30', to: UNTIL, complete: true });
});
afterAll(() => world.close());

async function found(day = UNTIL) {
  const students = await world.worker('student').select<{ student_id: string; local_id: string }[]>('student_id', 'local_id');
  const years = await readAttendanceYears(
    world.worker,
    students.map(({ student_id }) => student_id),
    day,
  );
  return Object.fromEntries(students.map(({ student_id, local_id }) => [local_id, patternsOf(years.get(student_id)!)]));
}

test('each seeded pattern is found, told in a sentence with its days and counts, with the next best day for a contact', async () => {
  expect(await found()).toEqual({
    mondays: [
      {
        pattern: 'weekday',
        sentence: '4 of 5 absences fall on a Monday: 4 of 14 Mondays were missed.',
        // The Friday before: today.
        nextContact: '2021-12-10',
      },
    ],
    run: [
      {
        pattern: 'streak',
        sentence: '3 school days missed in a row, from 2021-12-08 to 2021-12-10, and not back yet.',
        nextContact: '2021-12-10',
      },
      expect.objectContaining({ pattern: 'rising' }),
    ],
    'after days off': [
      {
        pattern: 'after_days_off',
        sentence: '2 of 2 first days after a long weekend or a break were missed.',
        // The last school day before the winter break.
        nextContact: '2021-12-17',
      },
    ],
    beginning: [
      {
        pattern: 'first_months',
        sentence: '2 absences in the first month of school, since 2021-08-30; 2 are an early warning.',
        nextContact: '2021-12-10',
      },
    ],
    rising: [expect.objectContaining({ pattern: 'rising', nextContact: '2021-12-10' })],
    better: [
      expect.objectContaining({
        pattern: 'first_months',
        sentence: expect.stringContaining('7 absences in the first three months') as string,
      }),
      expect.objectContaining({ pattern: 'falling', nextContact: null }),
    ],
    none: [],
  });
});

test('a day that nobody has submitted is in no pattern', async () => {
  const { student_id } = await world.worker('student').where({ local_id: 'run' }).first<{ student_id: string }>('student_id');
  const trx = await world.worker.transaction();
  try {
    await trx('covered_day').where('date', '>=', '2021-12-09').delete();
    const year = (await readAttendanceYears(trx, [student_id], UNTIL)).get(student_id);
    expect(year).toMatchObject({ until: '2021-12-08', absences: ['2021-12-08'], streaks: [] });
  } finally {
    await trx.rollback();
  }
});

function range(from: string, to: string): string[] {
  const days = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
