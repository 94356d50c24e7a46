import type { z } from 'zod';
import type { overdueDuties } from '../../api/contracts/school.ts';
import { readOverdue, type Recurring } from '../../store/read/cadence.ts';
import { spansBetween } from '../../policy/cadence.ts';
import { expectOk, type PersonAtApi } from '../world/api.ts';
import { UPTO } from './district.ts';
import { openRatesWorld, type RatesWorld } from './world.ts';

/** Connecticut's policy on 22 November: the team meets monthly, data are looked at monthly, bright spots quarterly, reports each half-year. */
let world: RatesWorld;
let office: PersonAtApi;
beforeAll(async () => {
  world = await openRatesWorld();
  office = await world.person('attendance_supervisor');
});
afterAll(() => world.close());
afterEach(async () => {
  await world.db.owner('school_record').delete();
  await world.db.owner('policy_term').update({ from_day: null });
});

const overdue = async (who = office) =>
  expectOk(await who.get<z.output<typeof overdueDuties>>('/v1/school-tasks/overdue')).overdue.map(
    ({ school, key, lastOn, dueBy, missed, missedInAll }) => ({
      school,
      key,
      lastOn,
      dueBy,
      missed,
      missedInAll,
    }),
  );
const done = (school: string, task: string, ...days: string[]) =>
  world.db.owner('school_record').insert(
    days.map((on_day) => ({
      school_id: school,
      task,
      on_day,
      actor: '{}',
      text: 'It was.',
      caller: 'test',
      idempotency_key: `${school}-${task}-${on_day}`,
    })),
  );
const north = (lines: Awaited<ReturnType<typeof overdue>>, key: string) => lines.find((one) => one.school === 'N' && one.key === key);

test('a meeting that never took place has been overdue since the end of the first month in which there was school', async () => {
  expect(north(await overdue(), 'team-meeting')).toEqual({
    school: 'N',
    key: 'team-meeting',
    lastOn: null,
    dueBy: '2021-08-31',
    missed: 3,
    missedInAll: 3,
  });
  // The first quarter has passed; the first half-year and the year have not.
  expect(north(await overdue(), 'bright-spots')).toMatchObject({ dueBy: '2021-09-30', missed: 1 });
  expect((await overdue()).filter(({ key }) => ['state-report', 'staff-learning'].includes(key))).toEqual([]);
});

test('after one that took place only what came later is overdue, and what was missed before is still told', async () => {
  await done('N', 'team-meeting', '2021-09-15');
  expect(north(await overdue(), 'team-meeting')).toMatchObject({ lastOn: '2021-09-15', dueBy: '2021-10-31', missed: 1, missedInAll: 2 });
  await done('N', 'team-meeting', '2021-10-05');
  expect(north(await overdue(), 'team-meeting')).toBeUndefined();
  await done('N', 'data-by-group', '2021-11-02');
  expect(north(await overdue(), 'data-by-group')).toBeUndefined();
});

test('all schools are read at once, longest overdue first; a school sees its own', async () => {
  await done('N', 'team-meeting', '2021-08-31');
  const all = await overdue();
  expect(all.map(({ dueBy }) => dueBy)).toEqual(all.map(({ dueBy }) => dueBy).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  expect(new Set(all.map(({ school }) => school))).toEqual(new Set(['N', 'S']));
  expect(all.length).toBe(6);
  expect((await overdue(await world.person('principal', ['S']))).map(({ school }) => school)).toEqual(['S', 'S', 'S']);
});

test('nothing is asked of a month before Rollbook knew the school, or before the policy asked for it', async () => {
  await world.db.owner('school_start').where({ school_id: 'N' }).update({ known_on: '2021-09-08' });
  expect(north(await overdue(), 'team-meeting')).toMatchObject({ dueBy: '2021-10-31', missed: 1 });
  await world.db.owner('school_start').where({ school_id: 'N' }).update({ known_on: '2021-08-27' });
  await world.db.owner('policy_term').update({ from_day: '2021-09-01' });
  expect(north(await overdue(), 'team-meeting')).toMatchObject({ dueBy: '2021-09-30', missed: 2 });
});

test('a team of which no school task tells has met when it has held a meeting on a case', async () => {
  const [student] = await world.db
    .owner('student')
    .where({ school_id: 'N' })
    .limit(1)
    .select<{ student_id: string; case_id: string }[]>('student_id', 'case_id');
  const pin = await world.db.owner('policy_version').first<{ policy_id: string; version: number }>('policy_id', 'version');
  await world.db.owner('attendance_case').insert({
    ...student,
    school_id: 'N',
    school_year: '2021-2022',
    policy_id: pin.policy_id,
    policy_version: pin.version,
    opened_on: '2021-09-01',
    opened_why: 'by_hand',
    seq: 1,
    last_hash: '',
    last_at: '2021-09-01T12:00:00Z',
    standing_version: 1,
  });
  const meeting = { case_id: student!.case_id, school_id: 'N', kind: 'meeting', actor: '{}' };
  const met = (on_day: string, outcome: string) => ({
    ...meeting,
    action_id: world.db.owner.raw('gen_random_uuid()'),
    seq: 2,
    on_day,
    details: JSON.stringify({ team: 'sart', outcome }),
  });
  await world.db.owner('case_action').insert([met('2021-09-10', 'held'), met('2021-10-12', 'no_show')]);
  const sart: Recurring = { kind: 'team', key: 'sart', since: '2021-07-01', spans: spansBetween('monthly', '2021-07-01', UPTO) };
  expect(await readOverdue(world.db.api, [sart], ['N'], UPTO)).toEqual([
    expect.objectContaining({
      school: 'N',
      kind: 'team',
      key: 'sart',
      lastOn: '2021-09-10',
      dueBy: '2021-10-31',
      missed: 1,
      missedInAll: 2,
    }),
  ]);
  expect(await readOverdue(world.db.api, [], null, UPTO)).toEqual([]);
});
