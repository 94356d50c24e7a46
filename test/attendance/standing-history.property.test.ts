import fc from 'fast-check';
import { importDelivery } from '../../attendance/import.ts';
import type { StandingRules } from '../../attendance/rules.ts';
import { recompute } from '../../attendance/standing.ts';
import { turn } from '../../attendance/turn.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import type { Database } from '../../store/database.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { oracle, type OracleStudent, type OracleWorld } from './oracle.ts';
import { attendanceCsv, rosterCsv, RULES, setToday, setUpDistrict } from './world.ts';
import { runs } from '../world/runs.ts';

const FROM = '2021-09-06';
const LENGTH = 45;
const STUDENTS = { '1': { born: '2010-01-01' }, '2': { born: '2015-09-20' }, '3': { born: '2003-10-08' } };
const weekday = (n: number) => new Date(Date.parse(FROM) + (Math.floor(n / 5) * 7 + (n % 5)) * 86_400_000).toISOString().slice(0, 10);

/** What the files say of the days: `day student` → code; a day without an entry says nothing, which means present. */
type Truth = Map<string, string>;

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('day' as const), skip: fc.nat(9) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('correct' as const),
      at: fc.nat(LENGTH - 1),
      student: fc.nat(2),
      code: fc.constantFrom('Excused', 'Unexcused', 'Unverified'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('again' as const),
      at: fc.nat(LENGTH - 1),
      run: fc.integer({ min: 1, max: 10 }),
      gone: fc.nat(2),
      code: fc.constantFrom('', 'Excused', 'Unexcused'),
    }),
  },
);
const history = fc.record({
  first: fc.array(
    fc.tuple(
      fc.nat(LENGTH - 1),
      fc.nat(2),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('Excused', 'Unexcused', 'Unexcused', 'Unverified'),
    ),
    { minLength: 2, maxLength: 10 },
  ),
  steps: fc.array(step, { minLength: 8, maxLength: 16 }),
  unverified: fc.constantFrom('unexcused' as const, 'not_counted' as const),
  bandsBy: fc.constantFrom('count' as const, 'stricter' as const),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

const rulesOf = ({ unverified, bandsBy }: History): StandingRules => ({
  ...RULES,
  unverified,
  bandsBy,
  minimumDays: 12,
  bands: [1, 3, 6].map((from, n) => ({ position: n + 1, from, limit: [null, 925, 850][n]!, inclusive: false })),
  recovery: { position: 2, schoolDays: 6, absences: 1 },
});

async function openDistrict(): Promise<TestDatabase> {
  const db = await createDatabase();
  await setUpDistrict(db.owner, '2021-09-05');
  await deliver(db.worker, rosterCsv({ school: 'S1', from: FROM, to: weekday(LENGTH + 14), students: STUDENTS }), [0, 0], false, RULES);
  return db;
}

async function deliver(db: Database, files: Record<string, string>, [from, to]: [number, number], complete: boolean, rules: StandingRules) {
  const deliveryId = await createDelivery(db, {
    source: 'test',
    coverage: { schools: 'all', from: weekday(from), to: weekday(to), complete },
    receivedBy: 'tester',
    files: Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
  });
  return importDelivery(db, deliveryId, { rules });
}

const fileOf = (truth: Truth, from: number, to: number): Record<string, string> => ({
  'a.csv': attendanceCsv(
    'S1',
    [...truth]
      .map(([key, code]): [number, string, string] => [Number(key.split(' ')[0]), key.split(' ')[1]!, code])
      .filter(([at]) => at >= from && at <= to)
      .map(([at, student, code]): [string, string, string, string] => [student, weekday(at), 'absent', code]),
  ),
});

const facts = (db: Database) =>
  db('current_standing AS s')
    .join('student AS k', 'k.student_id', 's.student_id')
    .orderBy('local_id')
    .select(
      'local_id',
      'as_of',
      'age',
      'absences',
      'excused',
      'unexcused',
      'unverified',
      'days_enrolled',
      'truancy',
      'pending',
      'occasions',
      'recovered_on',
      'chronic',
    );
const spells = (db: Database) =>
  db('spell AS s')
    .join('student AS k', 'k.student_id', 's.student_id')
    .orderBy(['local_id', 'first_day'])
    .select('local_id', 'first_day', 'last_day', 'days', 's.unexcused', 'returned_on', 'window_ends');
const watches = (db: Database) =>
  db('case_watch AS w')
    .join('student AS k', 'k.student_id', 'w.student_id')
    .where('w.band', '>', 0)
    .orderBy('local_id')
    .select('local_id', 'w.band', 'w.report_due');

test('whatever the order of deliveries, corrections, deletions and turns, standings are those of a recount, and of any other order that ends alike', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (input) => {
      const rules = rulesOf(input);
      const truth: Truth = new Map();
      for (const [at, student, run, code] of input.first) {
        for (let n = at; n < Math.min(LENGTH, at + run); n++) truth.set(`${n} ${student + 1}`, code);
      }
      const db = await openDistrict();
      const other = await openDistrict();
      try {
        let today = 0;
        const said: Truth = new Map();
        const covered = new Set<number>();
        for (const one of input.steps) {
          if (one.kind === 'day' && today < LENGTH) {
            await setToday(db.owner, weekday(today));
            // Now and then nobody submits a day, or it comes later with a whole span.
            if (one.skip !== 0) {
              for (const [key, code] of truth) if (key.startsWith(`${today} `)) said.set(key, code);
              await deliver(db.worker, fileOf(said, today, today), [today, today], true, rules);
              covered.add(today);
            }
            if (one.skip !== 1) await turn(db.worker, weekday(today), { rules });
            today += 1;
          } else if (one.kind === 'correct' && one.at < today) {
            said.set(`${one.at} ${one.student + 1}`, one.code);
            await deliver(
              db.worker,
              fileOf(new Map([[`${one.at} ${one.student + 1}`, one.code]]), one.at, one.at),
              [one.at, one.at],
              false,
              rules,
            );
          } else if (one.kind === 'again' && one.at < today) {
            const to = Math.min(today - 1, one.at + one.run);
            for (let n = one.at; n <= to; n++) {
              covered.add(n);
              if (one.code === '') said.delete(`${n} ${one.gone + 1}`);
              else if (n % 3 === 0) said.set(`${n} ${one.gone + 1}`, one.code);
            }
            await deliver(db.worker, fileOf(said, one.at, to), [one.at, to], true, rules);
          }
        }
        if (today === 0) return;
        const last = weekday(today - 1);
        await setToday(db.owner, last);
        await turn(db.worker, last, { rules });

        const again = await db.worker.transaction((trx) => recompute(trx, { day: last, students: 'all', rules }));
        expect(again).toMatchObject({ changed: 0, spells: 0, crossings: [] });

        // In one go, in a district of its own: what was said of submitted days first, then the rest of it.
        await setToday(other.owner, last);
        for (const n of [...covered].sort((a, b) => b - a)) await deliver(other.worker, fileOf(said, n, n), [n, n], true, rules);
        await deliver(other.worker, fileOf(said, 0, today - 1), [0, today - 1], false, rules);
        await turn(other.worker, last, { rules });
        expect(await facts(db.worker)).toEqual(await facts(other.worker));
        expect(await spells(db.worker)).toEqual(await spells(other.worker));
        await agreesWithSlowCounting(db.worker, last, rules);
        // Nothing escalates while a day has not been submitted, so that what was told by then depends on the order; when it has come, no more.
        for (const district of [db, other]) {
          for (let n = 0; n < today; n++) if (!covered.has(n)) await deliver(district.worker, fileOf(said, n, n), [n, n], true, rules);
        }
        expect(await facts(db.worker)).toEqual(await facts(other.worker));
        expect(await watches(db.worker)).toEqual(await watches(other.worker));
      } finally {
        await db.close();
        await other.close();
      }
    }),
    { seed: 20211015, numRuns: runs(2, 60) },
  );
}, 600_000);

async function agreesWithSlowCounting(db: Database, day: string, rules: StandingRules): Promise<void> {
  const calendar = await db('calendar_day')
    .where({ school_id: 'S1' })
    .select<{ date: string; instructional: boolean }[]>('date', 'instructional');
  const covered = await db('covered_day').pluck<string[]>('date');
  const view: OracleWorld = {
    calendar: new Map([['S1', new Map(calendar.map(({ date, instructional }) => [date, instructional]))]]),
    covered: new Set(covered.map((date) => `S1 ${date}`)),
  };
  for (const standing of await facts(db)) {
    const { local_id, as_of: _asOf, ...told } = standing as Record<string, unknown> & { local_id: keyof typeof STUDENTS };
    const rows = await db('attendance_day AS a')
      .join('student AS k', 'k.student_id', 'a.student_id')
      .where({ local_id })
      .select<OracleStudent['rows']>('a.date', 'a.school_id AS school', 'a.absent', 'a.truancy', 'a.excuse');
    const student = { born: STUDENTS[local_id].born, enrollments: [{ school: 'S1', entry: FROM, exit: null }], rows };
    const { spells: _spells, school_year: _year, ...expected } = oracle(view, student, day, rules);
    expect(told).toEqual(expected);
  }
}
