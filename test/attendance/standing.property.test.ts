import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { StandingRules } from '../../attendance/rules.ts';
import { recompute } from '../../attendance/standing.ts';
import type { Database } from '../../store/database.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { runs } from '../world/runs.ts';
import { oracle, type OracleStudent, type OracleWorld } from './oracle.ts';
import { RULES } from './world.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await createDatabase();
});
afterAll(() => world.close());

const DAY_MS = 86_400_000;
const LENGTH = 60;
const dateAt = (start: string, index: number) => new Date(Date.parse(start) + index * DAY_MS).toISOString().slice(0, 10);

/** What a day's record can say on the two clocks, however it was sent. */
const KINDS = {
  absent: { status: 'absent', absent: true, truancy: 'full_day' },
  late: { status: 'tardy', absent: false, truancy: 'occasion' },
  'gone in part': { status: 'absent', absent: true, truancy: 'occasion' },
  'nothing to clear': { status: 'absent', absent: true, truancy: null },
  present: { status: 'present', absent: false, truancy: null },
} as const;
type Kind = keyof typeof KINDS;

/** Policies that a district can have. */
const policy = fc.record({
  unverified: fc.constantFrom('unexcused' as const, 'not_counted' as const),
  recovery: fc.option(fc.record({ position: fc.constantFrom(1, 2), schoolDays: fc.integer({ min: 3, max: 12 }), absences: fc.nat(2) })),
  bandsBy: fc.constantFrom('count' as const, 'count' as const, 'rate' as const, 'stricter' as const),
  minimumDays: fc.constantFrom(1, 10, 30),
  inclusive: fc.boolean(),
});
const rulesOf = ({
  unverified,
  recovery,
  bandsBy,
  minimumDays,
  inclusive,
}: typeof policy extends fc.Arbitrary<infer T> ? T : never): StandingRules => ({
  ...RULES,
  unverified,
  recovery,
  bandsBy,
  minimumDays,
  bands: [1, 4, 8].map((from, n) => ({ position: n + 1, from, limit: [null, 925, 800][n]!, inclusive })),
});

/** A student as indexes into the span, so that shrinking keeps it meaningful. */
const student = fc.record({
  born: fc.oneof(fc.constantFrom('2015-09-20', '2015-09-21', '2016-02-29', '2003-09-24', '2003-10-01'), fc.constant('2010-01-15')),
  entry: fc.nat(15),
  // 0: stays; 1: leaves for good; 2: moves to the other school; 3: leaves and comes back later.
  path: fc.constantFrom(0, 0, 0, 1, 2, 3),
  turnsAt: fc.integer({ min: 18, max: 45 }),
  school: fc.constantFrom(0, 1),
  rows: fc.array(
    fc.record({
      at: fc.nat(LENGTH - 1),
      run: fc.integer({ min: 1, max: 4 }),
      kind: fc.constantFrom<Kind>('absent', 'absent', 'absent', 'late', 'late', 'gone in part', 'present', 'nothing to clear'),
      excuse: fc.constantFrom('unexcused', 'unexcused', 'excused', 'unverified', 'exempt'),
    }),
    { maxLength: 8 },
  ),
});

const scenario = fc.record({
  // The second span runs over 1 July, where one school year ends and the next begins.
  start: fc.constantFrom('2021-09-06', '2022-06-01'),
  holidays: fc.tuple(fc.uniqueArray(fc.nat(LENGTH - 1), { maxLength: 12 }), fc.uniqueArray(fc.nat(LENGTH - 1), { maxLength: 12 })),
  uncovered: fc.tuple(fc.uniqueArray(fc.nat(LENGTH - 1), { maxLength: 10 }), fc.uniqueArray(fc.nat(LENGTH - 1), { maxLength: 10 })),
  students: fc.array(student, { minLength: 1, maxLength: 6 }),
  looks: fc.uniqueArray(fc.nat(LENGTH + 5), { minLength: 1, maxLength: 3 }),
  policy,
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** Writes the scenario into tables of its own schools and students, and makes the oracle's view of it. */
async function build(
  db: Database,
  input: Scenario,
): Promise<{
  view: OracleWorld;
  students: { id: string; student: OracleStudent }[];
}> {
  const view: OracleWorld = { calendar: new Map(), covered: new Set() };
  const schools = [randomUUID(), randomUUID()];
  const deliveryId = randomUUID();
  await db('delivery').insert({
    delivery_id: deliveryId,
    source: 'property',
    coverage: '{}',
    status: 'done',
    received_by: 'property',
  });
  for (const [n, school] of schools.entries()) {
    const days = new Map<string, boolean>();
    let schoolDay = 0;
    await db('school').insert({ school_id: school, name: school });
    const calendar = [];
    for (let index = 0; index < LENGTH; index++) {
      const date = dateAt(input.start, index);
      if (new Date(date).getUTCDay() % 6 === 0) continue;
      const instructional = !input.holidays[n]!.includes(index);
      if (instructional) schoolDay += 1;
      days.set(date, instructional);
      calendar.push({
        school_id: school,
        date,
        event: 'x',
        instructional,
        school_day: schoolDay,
      });
      if (instructional && !input.uncovered[n]!.includes(index)) view.covered.add(`${school} ${date}`);
    }
    view.calendar.set(school, days);
    await db('calendar_day').insert(calendar);
  }
  const covered = [...view.covered].map((key) => ({
    school_id: key.slice(0, 36),
    date: key.slice(37),
    delivery_id: deliveryId,
  }));
  if (covered.length > 0) await db('covered_day').insert(covered);

  const students = [];
  for (const plan of input.students) {
    const id = randomUUID();
    const [here, there] = plan.school === 0 ? [schools[0]!, schools[1]!] : [schools[1]!, schools[0]!];
    const entry = dateAt(input.start, plan.entry);
    const exit = plan.path === 0 ? null : dateAt(input.start, plan.turnsAt);
    const enrollments: OracleStudent['enrollments'] = [{ school: here, entry, exit }];
    if (plan.path >= 2)
      enrollments.push({
        school: plan.path === 2 ? there : here,
        entry: dateAt(input.start, plan.turnsAt + (plan.path === 2 ? 1 : 5)),
        exit: null,
      });
    const rows = new Map<string, OracleStudent['rows'][number]>();
    for (const { at, run, kind, excuse } of plan.rows) {
      for (let index = at; index < Math.min(LENGTH, at + run); index++) {
        const date = dateAt(input.start, index);
        const school = enrollments.find((e) => e.entry <= date && (e.exit === null || e.exit >= date))?.school;
        if (school !== undefined) rows.set(date, { date, school, excuse, ...KINDS[kind] });
      }
    }
    const last = enrollments.at(-1)!;
    await db('student').insert({
      student_id: id,
      local_id: id,
      first_name: 'A',
      last_name: 'B',
      birthdate: plan.born,
      school_id: last.school,
      entry_date: last.entry,
      exit_date: last.exit,
    });
    await db('enrollment').insert(
      enrollments.map((e) => ({
        student_id: id,
        school_id: e.school,
        entry_date: e.entry,
        exit_date: e.exit,
      })),
    );
    if (rows.size > 0) {
      await db('attendance_day').insert(
        [...rows.values()].map((row, line) => ({
          student_id: id,
          school_id: row.school,
          date: row.date,
          status: row.absent ? 'absent' : row.truancy === null ? 'present' : 'tardy',
          absent: row.absent,
          truancy: row.truancy,
          excuse: row.excuse,
          delivery_id: deliveryId,
          file: 'x',
          line,
        })),
      );
    }
    students.push({
      id,
      student: { born: plan.born, enrollments, rows: [...rows.values()] },
    });
  }
  return { view, students };
}

test('standing agrees with slow counting on random calendars, coverage, moves and rows, on any sequence of days', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (input) => {
      const { view, students } = await build(world.worker, input);
      const ids = students.map(({ id }) => id);
      const rules = rulesOf(input.policy);
      for (const look of [...input.looks].sort((a, b) => a - b)) {
        const day = dateAt(input.start, look);
        await world.worker.transaction((trx) => recompute(trx, { day, students: ids, rules }));
        for (const { id, student } of students) {
          const standing = await world.worker('standing').where({ student_id: id }).first();
          const { spells: expectedSpells, ...expected } = oracle(view, student, day, rules);
          const enrolled = student.enrollments.some(
            (e) => e.entry <= day && (e.exit === null || e.exit >= `${expected.school_year.slice(0, 4)}-07-01`),
          );
          if (!enrolled) {
            expect(standing?.as_of ?? null).not.toBe(day);
            continue;
          }
          expect(standing).toMatchObject({ as_of: day, ...expected });
          const spells = await world
            .worker('spell')
            .where({ student_id: id })
            .andWhere('first_day', '>=', `${expected.school_year.slice(0, 4)}-07-01`)
            .orderBy('first_day')
            .select('first_day', 'last_day', 'days', 'unexcused', 'returned_on', 'window_ends');
          expect(spells).toEqual(expectedSpells);
        }
      }
    }),
    { seed: 20211015, numRuns: runs(20, 300) },
  );
}, 120_000);

test('recomputing the same day again changes no version', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (input) => {
      const { students } = await build(world.worker, input);
      const day = dateAt(input.start, input.looks[0]!);
      const again = () =>
        world.worker.transaction((trx) =>
          recompute(trx, {
            day,
            students: students.map(({ id }) => id),
            rules: rulesOf(input.policy),
          }),
        );
      await again();
      expect(await again()).toMatchObject({
        changed: 0,
        spells: 0,
        crossings: [],
      });
    }),
    { seed: 48260, numRuns: runs(6, 60) },
  );
}, 60_000);
