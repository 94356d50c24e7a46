import type { z } from 'zod';
import type { schoolTasks } from '../../api/contracts/school.ts';
import type { reviewTeam, yearlyRates } from '../../api/contracts/yearly-rates.ts';
import { turn } from '../../attendance/turn.ts';
import { profileOf } from '../../policy/index.ts';
import { teamRequired, teamRequiredAt } from '../../policy/review-team.ts';
import { RULES, setToday } from '../attendance/world.ts';
import { expectOk, type PersonAtApi } from '../world/api.ts';
import { sumByHand, unitsByHand } from './by-hand.ts';
import { openRatesWorld, type RatesWorld } from './world.ts';

const RULE = profileOf('connecticut').reviewTeam!;
const share = (chronic: number, students = 100) => ({ students, chronic });

describe('a team is required by last year’s rates, as CGS 10-198c(b)(1) says', () => {
  test.each([
    ['nobody has reached a limit', 9, [14, 3], null, '(b)'],
    ['(A) the district alone', 10, [14, 3], 'district', '(A)'],
    ['(B) one school alone', 9, [15, 3], 'schools', '(B)'],
    ['(C) several schools', 9, [15, 40], 'either', '(C)'],
    ['(D) the district and one school', 10, [15, 3], 'either', '(D)'],
    ['(D) the district and several schools', 30, [15, 40], 'either', '(D)'],
  ] as const)('%s', (_case, district, schools, place, clause) => {
    const required = teamRequired(RULE, {
      district: share(district),
      schools: schools.map((chronic, n) => ({ school: `S${n}`, ...share(chronic) })),
    });
    expect(required).toMatchObject({ known: true, place });
    expect(required.clause.endsWith(clause)).toBe(true);
    expect(teamRequiredAt(required, 'S1')).toBe(
      place === 'district' ? 'district' : place === 'either' && schools[1] >= 15 ? 'either' : 'no',
    );
  });

  test('a rate that equals the limit has reached it, and one student less has not', () => {
    const at = (chronic: number, students: number) =>
      teamRequired(RULE, { district: share(chronic, students), schools: [{ school: 'S', ...share(0, 1) }] }).place;
    for (const students of [10, 30, 70, 190, 1_230]) {
      expect([students, at(students / 10, students)]).toEqual([students, 'district']);
      expect([students, at(students / 10 - 1, students)]).toEqual([students, null]);
    }
  });

  test('a rate that is not known leaves it open', () => {
    expect(teamRequired(RULE, { district: null, schools: [{ school: 'S', ...share(50) }] })).toMatchObject({
      known: false,
      place: null,
      schools: ['S'],
    });
    expect(teamRequired(RULE, { district: share(50), schools: [] }).known).toBe(false);
    expect(teamRequiredAt(teamRequired(RULE, { district: null, schools: [] }), 'S')).toBe('unknown');
  });
});

describe('when a school year has ended', () => {
  let world: RatesWorld;
  let office: PersonAtApi;
  beforeAll(async () => {
    world = await openRatesWorld();
    office = await world.person('administrator');
    await setToday(world.db.owner, '2022-07-01');
  });
  afterAll(() => world.close());

  const years = async () => expectOk(await office.get<z.output<typeof yearlyRates>>('/v1/rates/years/2021-2022')).rates;
  const team = async () => expectOk(await office.get<z.output<typeof reviewTeam>>('/v1/review-team')).required!;
  const meeting = async (school: string) =>
    expectOk(await office.get<z.output<typeof schoolTasks>>(`/v1/schools/${school}/school-tasks`)).tasks.find(
      ({ task }) => task === 'team-meeting',
    )!.required;

  test('before it is counted nobody knows whether a team is required, and that is said', async () => {
    expect(await team()).toMatchObject({ place: 'unknown', district: null, schools: [], sentence: expect.stringContaining('are missing') });
    expect(await meeting('N')).toMatchObject({ here: 'unknown' });
  });

  test('the first turn of the new one counts its rates, of everybody who was enrolled, and the team follows from them', async () => {
    await turn(world.db.worker, '2022-07-01', { rules: RULES });
    const found = await years();
    expect(found.map(({ school, counted, whole, inForce }) => [school, counted, whole, inForce])).toEqual([
      [null, true, true, true],
      ['N', true, true, true],
      ['S', true, true, true],
    ]);
    const rule = { chronicRate: 0.1, severeRate: 0.2, leastDays: 1 };
    for (const [n, units] of [
      unitsByHand(world.students, '2022-06-30', 'district'),
      unitsByHand(world.students, '2022-06-30', 'school').filter(({ school }) => school === 'N'),
    ].entries()) {
      const { students, chronic } = sumByHand(units, '2022-06-30', rule);
      expect(found[n]).toMatchObject({ students, chronic });
    }
    const required = await team();
    expect(required).toMatchObject({
      team: 'attendance_review_team',
      schoolYear: '2021-2022',
      place: 'either',
      clause: 'CGS 10-198c(b)(1)(D)',
    });
    expect(required.sentence).toContain(
      'for the district or at each school that is named: in 2021-2022 the district reached 10 % and 2 schools reached 15 %',
    );
    expect(await meeting('N')).toMatchObject({
      here: 'either',
      clause: 'CGS 10-198c(b)(1)(D)',
      sentence: expect.stringContaining('chronically absent in 2021-2022'),
    });
  });

  test('a correction of last year is taken in with the next month, and what stood before stays on record', async () => {
    const before = (await years())[1]!;
    const gone = await world.db.owner('attendance_day').where({ school_id: 'N', absent: true }).delete();
    expect(gone).toBeGreaterThan(0);
    await setToday(world.db.owner, '2022-08-01');
    await turn(world.db.worker, '2022-07-31', { rules: RULES });
    expect((await years())[1]).toEqual(before);
    await turn(world.db.worker, '2022-08-01', { rules: RULES });
    expect((await years())[1]).toMatchObject({ chronic: 0, onDay: '2022-08-01' });
    const kept = await world.db
      .owner('yearly_rate')
      .where({ school_id: 'N' })
      .whereNotNull('superseded_by')
      .first<{ chronic: number }>('chronic');
    expect(kept.chronic).toBe(before.chronic);
  });

  test('what a person says with its source goes before what was counted, and both are shown', async () => {
    const body = (chronic: number) => ({
      schoolYear: '2021-2022',
      source: 'EdSight, chronic absenteeism 2021-22',
      rates: [
        { school: null, students: 1_000, chronic: 90 },
        { school: 'N', students: 600, chronic },
        { school: 'S', students: 400, chronic: 30 },
      ],
    });
    expect(expectOk(await office.command<{ recorded: number }>('/v1/rates/years', body(60))).recorded).toBe(3);
    expect(await team()).toMatchObject({ place: 'none', sentence: expect.stringContaining('nobody reached the state') });
    expect(await meeting('N')).toMatchObject({ here: 'no' });
    expect(expectOk(await office.command<{ recorded: number }>('/v1/rates/years', body(90))).recorded).toBe(1);
    expect(await team()).toMatchObject({ place: 'schools', clause: 'CGS 10-198c(b)(1)(B)' });
    expect([await meeting('N'), await meeting('S')]).toMatchObject([{ here: 'yes' }, { here: 'no' }]);
    expect((await years()).map(({ school, counted, inForce }) => `${school} ${counted} ${inForce}`)).toEqual([
      'null false true',
      'null true false',
      'N false true',
      'N true false',
      'S false true',
      'S true false',
    ]);
  });

  test('a year that has not ended, a school that is not there and more absent than there are students are refused', async () => {
    const ask = async (change: object) =>
      office.command('/v1/rates/years', {
        schoolYear: '2020-2021',
        source: 'test',
        rates: [{ school: null, students: 10, chronic: 1 }],
        ...change,
      });
    expect((await ask({ schoolYear: '2022-2023' })).problem.detail).toContain('has not ended');
    expect((await ask({ rates: [{ school: 'Z', students: 10, chronic: 1 }] })).problem.detail).toBe(
      'There is no school Z; nothing was recorded.',
    );
    expect((await ask({ rates: [{ school: 'N', students: 10, chronic: 11 }] })).status).toBe(422);
    expect((await ask({ schoolYear: '2020-2022' })).status).toBe(422);
    const teacher = await world.person('teacher', ['N']);
    expect((await teacher.command('/v1/rates/years', {})).status).toBe(403);
  });

  test('a school that came in the middle of its year has a rate of a part of it, which decides nothing', async () => {
    await world.db.owner.raw('TRUNCATE yearly_rate');
    await world.db.owner('school_start').where({ school_id: 'N' }).update({ known_on: '2021-10-01', under_way: true });
    await setToday(world.db.owner, '2022-09-01');
    await turn(world.db.worker, '2022-09-01', { rules: RULES });
    expect((await years()).map(({ school, whole, inForce }) => [school, whole, inForce])).toEqual([
      [null, false, false],
      ['N', false, false],
      ['S', true, true],
    ]);
    expect((await team()).place).toBe('unknown');
  });
});
