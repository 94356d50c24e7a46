import type { rates, rateStudents } from '../../api/contracts/rates.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { monthEnds, type RatesAsked } from '../../store/rates.ts';
import { readRates, readRateStudents, type RateCell, type RatesBy } from '../../store/read/rates.ts';
import type { z } from 'zod';
import { expectOk, type PersonAtApi } from '../world/api.ts';
import type { TestDatabase } from '../world/database.ts';
import { groupByHand, sumByHand, unitsByHand } from './by-hand.ts';
import { UPTO, type HandStudent } from './district.ts';
import { openRatesWorld, type RatesWorld } from './world.ts';

const RULE = { chronicRate: 0.1, severeRate: 0.2, leastDays: 20 };
const WHOLE: RatesAsked = {
  from: '2021-07-01',
  upTo: UPTO,
  points: [UPTO],
  level: 'district',
  school: null,
  grade: null,
  group: null,
  madeUp: null,
  tracks: true,
};

let opened: RatesWorld;
let world: TestDatabase;
let students: HandStudent[];
beforeAll(async () => {
  opened = await openRatesWorld();
  ({ db: world, students } = opened);
});
afterAll(() => opened.close());

const read = (asked: Partial<RatesAsked>, by: RatesBy[] = [], rule = RULE): Promise<RateCell[]> =>
  world.api.transaction((trx) => readRates(trx, { ...WHOLE, ...asked }, rule, by));
const person = (role: Role, schools: string[] | null = null): Promise<PersonAtApi> => opened.person(role, schools);

describe('rates of chronic absence', () => {
  test('are those of a hand count of thirty-two students: of all, by school, grade and group as they stood', async () => {
    for (const [level, upTo] of [
      ['district', UPTO],
      ['school', UPTO],
      ['district', '2021-10-20'],
      ['school', '2021-10-14'],
    ] as const) {
      const units = unitsByHand(students, upTo, level);
      const by: RatesBy[] = ['grade', 'race_ethnicity', 'lunch', 'homeless', ...(level === 'school' ? ['school' as const] : [])];
      const found = await read({ level, upTo, points: [upTo] }, by);
      expect(found[0]).toMatchObject({ by: null, value: null, ...sumByHand(units, upTo, RULE) });
      for (const kind of by) {
        const valueOf = (unit: (typeof units)[number]): string =>
          kind === 'school' ? unit.school : kind === 'grade' ? unit.grade : groupByHand(unit, kind);
        const cells = found.filter((cell) => cell.by === kind);
        expect(new Set(cells.map(({ value }) => value))).toEqual(new Set(units.map(valueOf)));
        for (const cell of cells)
          expect(cell).toMatchObject(
            sumByHand(
              units.filter((unit) => valueOf(unit) === cell.value),
              upTo,
              RULE,
            ),
          );
      }
    }
    // The fixture has something of everything to count.
    const [all] = await read({});
    expect(all!.chronic).toBeGreaterThan(all!.severe);
    expect(Math.min(all!.severe, all!.left, all!.remoteAbsences, all!.enrolled - all!.students)).toBeGreaterThan(0);
  });

  test('sum up to the standings, student by student', async () => {
    const [all] = await read({}, [], { ...RULE, leastDays: 1 });
    const { rows } = await world.owner.raw<{ rows: object[] }>(
      `SELECT count(*)::integer AS enrolled, sum(absences)::integer AS absences, sum(days_enrolled)::integer AS days, count(*) FILTER (WHERE chronic)::integer AS chronic FROM standing`,
    );
    expect(all).toMatchObject(rows[0]!);
    const list = await world.api.transaction((trx) =>
      readRateStudents(trx, WHOLE, { ...RULE, leastDays: 1 }, 'enrolled', { offset: 0, limit: 100 }),
    );
    const standings = await world
      .owner('standing')
      .orderBy('student_id')
      .select('student_id AS studentId', 'absences', 'days_enrolled AS days');
    expect(
      list.map(({ studentId, absences, days }) => ({ studentId, absences, days })).sort((a, b) => (a.studentId < b.studentId ? -1 : 1)),
    ).toEqual(standings);
  });

  test('month by month, each point is what the day itself would have said, and the months add up', async () => {
    const points = monthEnds('2021-07-01', UPTO);
    expect(points).toEqual(['2021-07-31', '2021-08-31', '2021-09-30', '2021-10-31', UPTO]);
    const found = (await read({ points, level: 'school' }, ['school'])).filter(({ by }) => by === 'school');
    for (const upTo of points.slice(1)) {
      const units = unitsByHand(students, upTo, 'school');
      for (const school of ['N', 'S']) {
        const cell = found.find((one) => one.point === upTo && one.value === school)!;
        const { left: _left, ...expected } = sumByHand(
          units.filter((unit) => unit.school === school),
          upTo,
          RULE,
        );
        expect(cell).toMatchObject(expected);
      }
    }
    const ofNorth = found.filter(({ value }) => value === 'N');
    expect(ofNorth.reduce((sum, { monthAbsences }) => sum + monthAbsences, 0)).toBe(ofNorth.at(-1)!.absences);
  });

  test('days made up in attendance recovery are taken off where the policy says so, within its caps', async () => {
    const almost = unitsByHand(students, UPTO, 'district').find(
      ({ absences, days }) => absences / days >= 0.1 && (absences - 2) / days < 0.1,
    )!;
    const [delivery] = await world.owner('delivery').limit(1).pluck<string[]>('delivery_id');
    const rows = ['2021-09-25', '2021-10-02', '2021-10-09'].map((date, line) => ({
      student_id: almost.student.id,
      date,
      portion: 1,
      delivery_id: delivery,
      file: 'r',
      line,
    }));
    await world.owner('recovery_day').insert(rows);
    try {
      const chronic = async (madeUp: RatesAsked['madeUp'], level: RatesAsked['level'] = 'district'): Promise<number> =>
        (await read({ madeUp, level, points: monthEnds('2021-07-01', UPTO) })).at(-1)!.chronic;
      const before = await chronic(null);
      expect(await chronic({ perYear: 10, perWeek: 5 })).toBe(before - 1);
      expect(await chronic({ perYear: 0, perWeek: 5 })).toBe(before);
      expect(await chronic({ perYear: 10, perWeek: 5 }, 'school')).toBe((await chronic(null, 'school')) - 1);
    } finally {
      await world.owner('recovery_day').delete();
    }
  });
});

type Rates = z.output<typeof rates>;
const shown = (body: Rates, by: string): string[] =>
  body.points.at(-1)!.cells.flatMap((cell) => (cell.by === by && cell.figures !== null ? [cell.name] : []));

const movedAway = async (school: string): Promise<number> =>
  (
    await world
      .owner('student')
      .whereNot({ school_id: school })
      .whereIn(
        'student_id',
        students.filter(({ stays }) => stays.some((stay) => stay.school === school)).map(({ id }) => id),
      )
  ).length;

describe('rates by the API', () => {
  test('say by which rule, of which day, how far attendance has come and what is missing', async () => {
    await world.owner('covered_day').where({ school_id: 'N', date: '2021-11-10' }).delete();
    const body = expectOk(await (await person('principal', ['N'])).get<Rates>('/v1/rates?by=group&school=N'));
    expect(body).toMatchObject({
      asOf: UPTO,
      from: '2021-07-01',
      school: 'N',
      audience: 'schools',
      rule: { chronicRate: 0.1, leastDays: 20, smallest: 11, clause: 'CGS 10-198c(a)(1)' },
      taken: { last: '2021-11-19', missing: 1, schools: 1 },
      feeds: [],
    });
    expect(body.rule.sentence).toContain('Chronically absent is who missed 10 % or more of the days enrolled at the school');
    expect(shown(body, 'lunch').sort()).toEqual(['Free', 'Full', 'Reduced', 'not said']);
  });

  test('drill down to the students of a number, for people of the school, each disclosed', async () => {
    const principal = await person('principal', ['N']);
    const whole = expectOk(await principal.get<Rates>('/v1/rates?by=lunch&school=N')).points[0]!;
    for (const { value, figures } of whole.cells) {
      for (const list of ['chronic', 'severe', 'students', 'enrolled'] as const) {
        const path = `/v1/rates/students?school=N&list=${list}&group=${encodeURIComponent(`lunch:${value}`)}`;
        const body = expectOk(await principal.get<z.output<typeof rateStudents>>(path));
        expect([value, list, body.students.length]).toEqual([value, list, figures![list]]);
        expect(body.students.filter(({ school }) => school !== 'N')).toEqual([]);
      }
    }
    const first = expectOk(await principal.get<z.output<typeof rateStudents>>('/v1/rates/students?school=N&list=enrolled&limit=5'));
    const next = expectOk(
      await principal.get<z.output<typeof rateStudents>>(`/v1/rates/students?school=N&list=enrolled&limit=500&cursor=${first.next}`),
    );
    expect(first.students.length + next.students.length).toBe(whole.all.figures!.enrolled);
    expect(first.students[0]!.rate).toBeGreaterThan(next.students[0]!.rate);
    const office = await person('attendance_supervisor');
    const asked = expectOk(await office.get<z.output<typeof rateStudents>>('/v1/rates/students?list=severe'));
    const logged = await world
      .owner('disclosure')
      .where({ what: 'rate_students', role: 'attendance_supervisor' })
      .pluck<string[]>('case_id');
    expect(asked.students.length).toBeGreaterThan(0);
    expect(logged.sort()).toEqual(asked.students.map(({ caseId }) => caseId).sort());
    // Who has moved away is no longer of the principal's school.
    const moved = await world
      .owner('disclosure')
      .where({ what: 'rate_students', role: 'principal' })
      .distinct('case_id')
      .pluck<string[]>('case_id');
    expect(moved).toHaveLength(await movedAway('N'));
    const elsewhere = await principal.get('/v1/rates/students?school=S');
    expect([elsewhere.status, elsewhere.problem.type]).toEqual([403, 'urn:rollbook:problem:place-not-allowed']);
    expect((await principal.get('/v1/rates/students')).problem.detail).toContain('Name one of your schools (school=N)');
  });

  test('hide small groups, and what would give them away, from everybody who is not of the school, and wherever they leave', async () => {
    const office = await person('attendance_supervisor');
    const inside = expectOk(await office.get<Rates>('/v1/rates?by=group'));
    const size = new Map(inside.points[0]!.cells.map(({ by, name, figures }) => [`${by}:${name}`, figures!.students]));
    expect(size.get('homeless:yes')).toBeLessThan(11);
    const outsiders: [string, PersonAtApi][] = [
      ['/v1/rates?by=group&audience=outside', office],
      ['/v1/rates?by=group', await person('sarb_member')],
      ['/v1/rates?by=group', await person('principal', ['N'])],
    ];
    for (const [path, who] of outsiders) {
      const body = expectOk(await who.get<Rates>(path));
      expect(body.audience).toBe('outside');
      // With one of two hidden, the other would tell it.
      expect(shown(body, 'homeless')).toEqual([]);
      for (const by of ['race_ethnicity', 'lunch', 'homeless']) {
        const hidden = body.points[0]!.cells.filter((cell) => cell.by === by && cell.figures === null).map(({ name }) =>
          size.get(`${by}:${name}`)!,
        );
        expect([by, hidden.length]).not.toEqual([by, 1]);
        if (hidden.length) expect(hidden.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(11);
      }
      expect(body.points[0]!.all.figures?.students).toBe(inside.points[0]!.all.figures!.students);
      expect(JSON.stringify(body)).not.toContain(`"students":${size.get('homeless:yes')},`);
    }
    const ownSchool = expectOk(await outsiders[2]![1].get<Rates>('/v1/rates?by=group&school=N'));
    expect(ownSchool.audience).toBe('schools');
    expect(expectOk(await outsiders[2]![1].get<Rates>('/v1/rates?by=group&school=S')).audience).toBe('outside');
  });

  test('count a mover once for the district and at each school', async () => {
    const office = await person('administrator');
    const [point] = expectOk(await office.get<Rates>('/v1/rates?by=school')).points;
    const { all, cells } = point!;
    expect(all.figures!.enrolled).toBe(32);
    expect(cells.reduce((sum, { figures }) => sum + figures!.enrolled, 0)).toBe(36);
    expect(cells.reduce((sum, { figures }) => sum + figures!.absences, 0)).toBe(all.figures!.absences);
    expect(cells.map(({ name }) => name)).toEqual(['North', 'South']);
  });

  test('refuse a day that lies ahead, a school that is not there and a group that is none', async () => {
    const office = await person('administrator');
    expect((await office.get('/v1/rates?asOf=2021-12-24')).status).toBe(422);
    expect((await office.get('/v1/rates?school=Z')).status).toBe(404);
    const wrong = await office.get('/v1/rates?group=shoes:brown');
    expect([wrong.status, JSON.stringify(wrong.problem.errors)]).toEqual([422, expect.stringContaining('write it as kind:value')]);
  });
});
