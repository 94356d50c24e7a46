import { turn } from '../../../attendance/turn.ts';
import { createDatabase, type TestDatabase } from '../../world/database.ts';
import { deliver, rosterCsv, RULES, setToday, setUpDistrict, standingOf } from '../world.ts';

/**
 * Hard situation 7, summer: a system that ends every enrollment on the last day of school and begins another in August. Nobody has left who
 * comes back; who does not, has. School teaches from 6 September 2021 until Friday, 27 May 2022, and again from Monday, 22 August 2022.
 */
const LAST = '2022-05-27';
/** The year up to its last day but one, which every test begins from. */
let year: TestDatabase;
let world: TestDatabase;
beforeAll(async () => {
  year = await createDatabase();
  await setUpDistrict(year.owner, '2021-09-05');
  const years = [
    rosterCsv({ school: 'S1', from: '2021-09-06', to: LAST, students: { '1': { born: '2010-01-01' }, '2': { born: '2010-01-01' } } }),
    rosterCsv({ school: 'S1', from: '2022-08-22', to: '2023-05-26', students: {} }),
  ] as const;
  await deliver(year.worker, years[0]);
  await deliver(year.worker, { 'calendar.csv': years[1]['calendar.csv']! });
  await setToday(year.owner, '2022-05-26');
  await turn(year.worker, '2022-05-26', { rules: RULES });
  // Nobody may be connected to what is cloned.
  await Promise.all([year.owner.destroy(), year.worker.destroy(), year.api.destroy()]);
});
beforeEach(async () => {
  world = await createDatabase({ like: year });
});
afterEach(() => world.close());
afterAll(() => year.close());

const turned = (day: string) => turn(world.worker, day, { rules: RULES });
const departed = async (student = '1') => {
  const { student_id } = await world.owner('student').where({ local_id: student }).first<{ student_id: string }>('student_id');
  const row = await world
    .owner('standing')
    .where({ student_id })
    .first<{ departed: { on: string; reason: string | null } | null }>('departed');
  return row.departed;
};

/** The student's row as the system sends it. */
async function sent(today: string, row: { entry: string; exit?: string; reason?: string }, student = '1'): Promise<void> {
  await setToday(world.owner, today);
  await deliver(world.worker, {
    'stays.csv': `Student ID,School,Grade,Start Date,End Date,Exit Code\n${student},S1,5,${row.entry},${row.exit ?? ''},${row.reason ?? ''}\n`,
  });
}
const ended = (reason?: string) => sent('2022-06-03', { entry: '2021-09-06', exit: LAST, ...(reason ? { reason } : {}) });

test.each([undefined, 'E155', 'Promoted to grade 6'])(
  'an enrollment that ends on the last day of school with the reason %s is summer: the student has not left, in June, in July, or in August',
  async (reason) => {
    await ended(reason);
    await setToday(world.owner, '2022-08-22');
    await turned('2022-08-22');
    expect(await departed()).toBeNull();
    await sent('2022-08-23', { entry: '2022-08-22' });
    await turned('2022-08-23');
    expect(await departed()).toBeNull();
    expect(await standingOf(world.worker, '1')).toMatchObject({ school_year: '2022-2023' });
  },
);

test('who has no enrollment when the school days of the policy have begun has left, on the last day of the stay', async () => {
  await ended();
  await sent('2022-08-22', { entry: '2022-08-22' }, '2');
  await setToday(world.owner, '2022-08-29');
  await turned('2022-08-26');
  expect(await departed()).toBeNull();
  // The sixth school day of the new year has begun.
  await setToday(world.owner, '2022-08-30');
  await turned('2022-08-30');
  expect(await departed('1')).toEqual({ on: LAST, reason: null });
  expect(await departed('2')).toBeNull();
  // A case would open again, as another episode, when the student comes after all.
  await sent('2022-09-01', { entry: '2022-09-01' });
  expect(await departed('1')).toBeNull();
});

test('an exit with a reason of its own is a departure on the last day of school as on any other', async () => {
  await ended('T160 Transfer');
  expect(await departed()).toEqual({ on: LAST, reason: 'T160 Transfer' });
});

test('an exit before the last day of school is a departure, with a reason or without', async () => {
  await sent('2022-05-26', { entry: '2021-09-06', exit: '2022-05-20' });
  expect(await departed()).toEqual({ on: '2022-05-20', reason: null });
});
