import fc from 'fast-check';
import { dayNumber, dayText } from '../../attendance/past/day-numbers.ts';
import { SchoolDays } from '../../attendance/past/school-days.ts';
import { StudentPast } from '../../attendance/past/standings.ts';
import type { PastCalendars, PastStudent } from '../../attendance/past/student.ts';
import type { StandingRules } from '../../attendance/rules.ts';
import { band, oracle, type OracleStudent, type OracleWorld } from '../attendance/oracle.ts';
import { RULES } from '../attendance/world.ts';
import { runs } from '../world/runs.ts';

const START = '2021-08-30';
const LENGTH = 70;
const SCHOOLS = ['A', 'B'] as const;
const at = (index: number): string => dayText(dayNumber(START) + index);

const world = fc.record({
  holidays: fc.tuple(fc.uniqueArray(fc.nat(LENGTH - 1), { maxLength: 12 }), fc.uniqueArray(fc.nat(LENGTH - 1), { maxLength: 12 })),
  uncovered: fc.tuple(fc.uniqueArray(fc.nat(LENGTH - 1), { maxLength: 10 }), fc.uniqueArray(fc.nat(LENGTH - 1), { maxLength: 10 })),
  born: fc.constantFrom('2015-09-20', '2015-09-21', '2016-02-29', '2003-09-24', '2003-10-01', '2010-01-15'),
  entry: fc.nat(15),
  path: fc.constantFrom('stays', 'stays', 'leaves', 'moves', 'comes back'),
  turnsAt: fc.integer({ min: 18, max: 45 }),
  school: fc.constantFrom(0, 1),
  runs: fc.array(
    fc.record({
      at: fc.nat(LENGTH - 1),
      run: fc.integer({ min: 1, max: 5 }),
      kind: fc.constantFrom('absent', 'absent', 'late', 'in part', 'nothing to clear'),
      excuse: fc.constantFrom('unexcused', 'unexcused', 'excused', 'unverified', 'exempt'),
    }),
    { maxLength: 10 },
  ),
  unverified: fc.constantFrom('unexcused' as const, 'not_counted' as const),
  recovery: fc.option(fc.record({ position: fc.constantFrom(1, 2), schoolDays: fc.integer({ min: 3, max: 12 }), absences: fc.nat(2) })),
  bandsBy: fc.constantFrom('count' as const, 'count' as const, 'rate' as const, 'stricter' as const),
  minimumDays: fc.constantFrom(1, 10, 30),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function staysOf({ entry, path, turnsAt, school }: World): OracleStudent['enrollments'] {
  const here = SCHOOLS[school];
  const other = SCHOOLS[1 - school]!;
  if (path === 'stays') return [{ school: here, entry: at(entry), exit: null }];
  const first = { school: here, entry: at(entry), exit: at(turnsAt) };
  if (path === 'leaves') return [first];
  if (path === 'moves') return [first, { school: other, entry: at(turnsAt + 1), exit: null }];
  return [first, { school: here, entry: at(turnsAt + 9), exit: null }];
}

const calendarOf = (given: World): OracleWorld['calendar'] =>
  new Map(
    SCHOOLS.map((school, n) => [
      school,
      new Map(
        Array.from({ length: LENGTH + 40 }, (_, index): [string, boolean] => {
          const weekday = new Date(`${at(index)}T00:00:00Z`).getUTCDay() % 6 !== 0;
          return [at(index), weekday && !given.holidays[n]!.includes(index)];
        }),
      ),
    ]),
  );

test('a past counted through day by day gives on each day the standing that slow counting gives', () => {
  fc.assert(
    fc.property(world, (given) => {
      const rules: StandingRules = {
        ...RULES,
        unverified: given.unverified,
        recovery: given.recovery,
        bandsBy: given.bandsBy,
        minimumDays: given.minimumDays,
        bands: [1, 4, 8].map((from, n) => ({ position: n + 1, from, limit: [null, 925, 800][n]!, inclusive: false })),
      };
      const calendar = calendarOf(given);
      const covered = new Set(
        SCHOOLS.flatMap((school, n) =>
          [...calendar.get(school)!.keys()].filter((_, index) => !given.uncovered[n]!.includes(index)).map((date) => `${school} ${date}`),
        ),
      );
      const enrollments = staysOf(given);
      const rows = new Map<string, OracleStudent['rows'][number]>();
      for (const run of given.runs) {
        for (let n = run.at; n < Math.min(LENGTH, run.at + run.run); n++) {
          const school = enrollments.find((e) => e.entry <= at(n) && (e.exit === null || e.exit >= at(n)))?.school;
          if (school === undefined || !calendar.get(school)!.get(at(n))) continue;
          const truancy = run.kind === 'absent' ? 'full_day' : run.kind === 'nothing to clear' ? null : 'occasion';
          rows.set(at(n), { date: at(n), school, absent: run.kind !== 'late', truancy, excuse: run.excuse });
        }
      }
      const student: OracleStudent = { born: given.born, enrollments, rows: [...rows.values()].sort((a, b) => (a.date < b.date ? -1 : 1)) };
      const past = pastOf(student, calendar, covered, rules);
      const standings = past.standings();
      for (let index = given.entry; index < LENGTH; index++) {
        const day = dayNumber(at(index));
        const now = standings.findLast((one) => one.day <= day)!;
        const {
          school_year: _year,
          spells: _spells,
          chronic: _chronic,
          ...expected
        } = oracle({ calendar, covered }, student, at(index), rules);
        expect({
          age: now.age,
          absences: now.absences,
          excused: now.excused,
          unexcused: now.unexcused,
          unverified: now.unverified,
          days_enrolled: past.daysEnrolledOn(day),
          truancy: past.truancyOn(day),
          occasions: past.occasionsOn(day),
          pending: past.pendingOn(day),
          recovered_on: now.recoveredOn,
          band: now.band,
        }).toEqual({ ...expected, band: band(expected.absences, expected.days_enrolled, rules) });
        // How it went on after a day: the same count, and on no other days.
        const done = dayNumber(at(given.turnsAt));
        const after = Array.from({ length: Math.max(0, day - done) }, (_, n) => dayText(done + 1 + n));
        const attended = after.filter((date) => {
          const school = enrollments.find((e) => e.entry <= date && (e.exit === null || e.exit >= date))?.school;
          return school !== undefined && calendar.get(school)!.get(date) && (dayNumber(date) < day || covered.has(`${school} ${date}`));
        });
        expect(past.sinceOn(day, done)).toEqual({ days: attended.length, absences: after.filter((date) => rows.get(date)?.absent).length });
      }
    }),
    { seed: 20211015, numRuns: runs(100, 3_000) },
  );
});

function pastOf(
  { born, enrollments, rows }: OracleStudent,
  calendar: OracleWorld['calendar'],
  covered: Set<string>,
  rules: StandingRules,
): StudentPast {
  const days = new Map(
    [...calendar].map(([school, dates]) => [
      school,
      new SchoolDays(
        [...dates].filter(([, taught]) => taught).map(([date]) => dayNumber(date)),
        new Set([...dates.keys()].filter((date) => covered.has(`${school} ${date}`)).map(dayNumber)),
      ),
    ]),
  );
  const calendars: PastCalendars = { school: (id) => days.get(id)!, stay: ({ school }) => days.get(school)! };
  const student: PastStudent = {
    student: 's',
    born,
    stays: enrollments.map(({ school, entry, exit }) => ({
      school,
      track: '',
      entry: dayNumber(entry),
      exit: exit === null ? null : dayNumber(exit),
      reason: null,
      summer: false,
    })),
    rows: rows.map((row) => ({ ...row, date: dayNumber(row.date) })),
    flags: [],
  };
  return new StudentPast(student, calendars, rules, dayNumber(at(LENGTH - 1)));
}
