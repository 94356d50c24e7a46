import fc from 'fast-check';
import { bandPosition } from '../../cases/bands.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { bandPositionSql, linesOf, POLICY_LINES } from '../../store/band-position.ts';
import { recordPolicy } from '../../store/policy-store.ts';
import { band } from '../attendance/oracle.ts';
import { RULES } from '../attendance/world.ts';
import { createDatabase } from '../world/database.ts';

const lausd = shippedPolicyText('lausd');
type Change = readonly [from: string, to: string];
function changed(...changes: Change[]): string {
  return changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, lausd);
}
const byRate: Change[] = [
  ['bandsBy: count', 'bandsBy: rate'],
  ['from: 1, to: 7, ', ''],
  ['from: 8, to: 15, ', ''],
  ['from: 16, to: 24, ', ''],
  ['name: Far Below Basic, from: 25, ', 'name: Far Below Basic, '],
];
const problems = (...changes: Change[]) => {
  const read = readPolicy(changed(...changes));
  return read.ok ? [] : read.problems;
};
const ladderOf = (text: string) => {
  const read = readPolicy(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return compile(read.document);
};

test('the protocol’s fourth band as it is printed, “87 %+”, is refused: the third covers that, and nothing covers less', () => {
  const [problem] = problems(['attendance: { below: 0.87 }', 'attendance: { atLeast: 0.87 }']);
  expect(problem).toMatchObject({ path: 'bands.3.attendance', line: expect.any(Number) as number });
  const all = problems(['attendance: { below: 0.87 }', 'attendance: { atLeast: 0.87 }']);
  expect(all.map(({ reason }) => reason).join('\n')).toContain('overlap');
  expect(all.map(({ reason }) => reason).join('\n')).toContain('attendance below 87 % has no band');
  expect(all.map(({ remedy }) => remedy).join('\n')).toContain('below: 0.87');
});

test.each<[string, Change, string]>([
  ['both ends included', ['below: 0.92 }', 'atMost: 0.92 }'], 'overlap: attendance from 92 % to 92 % is in both'],
  ['both ends excluded', ['atLeast: 0.92, below: 0.96', 'above: 0.92, below: 0.96'], 'a gap: attendance from 92 % to 92 % is in none'],
  ['a gap', ['atLeast: 0.87, below: 0.92', 'atLeast: 0.87, below: 0.915'], 'a gap: attendance from 91.5 % to 92 % is in none'],
  ['an overlap', ['atLeast: 0.87, below: 0.92', 'atLeast: 0.87, below: 0.93'], 'overlap: attendance from 92 % to 93 % is in both'],
  ['a first band with an upper end', ['{ atLeast: 0.96 }', '{ atLeast: 0.96, atMost: 0.99 }'], 'attendance above 99 % has no band'],
  ['an empty band', ['atLeast: 0.87, below: 0.92', 'atLeast: 0.92, below: 0.92'], 'no attendance is in band “Below Basic”'],
  ['two lower ends', ['{ atLeast: 0.96 }', '{ atLeast: 0.96, above: 0.96 }'], 'two lower ends'],
])('%s is refused', (_what, change, reason) => {
  expect(
    problems(change)
      .map((problem) => problem.reason)
      .join('\n'),
  ).toContain(reason);
});

test('bands by rate need no counts, and have none; bands by count need them', () => {
  expect(problems(...byRate)).toEqual([]);
  expect(problems(['bandsBy: count', 'bandsBy: rate'])[0]?.reason).toContain('bands go by rate');
  expect(problems(['from: 8, to: 15, ', ''])[0]?.reason).toContain('does not say from which absence');
});

test('a ladder by count carries no rate, so that nothing can be decided by one', () => {
  const ladder = ladderOf(lausd);
  expect(ladder).not.toHaveProperty('bandsBy');
  expect(ladder.bands.every((one) => !('limit' in one))).toBe(true);
});

test('before the minimum of enrolled days a rate puts nobody beyond the first band; counts still do', () => {
  const rate = ladderOf(changed(...byRate));
  const stricter = ladderOf(changed(['bandsBy: count', 'bandsBy: stricter']));
  expect(bandPosition(rate, { absences: 5, daysEnrolled: 29 })).toBe(0);
  expect(bandPosition(rate, { absences: 5, daysEnrolled: 30 })).toBe(3);
  expect(bandPosition(stricter, { absences: 8, daysEnrolled: 29 })).toBe(1);
  expect(bandPosition(stricter, { absences: 8, daysEnrolled: 180 })).toBe(1);
  expect(bandPosition(stricter, { absences: 8, daysEnrolled: 60 })).toBe(3);
  expect(bandPosition(rate, { absences: 0, daysEnrolled: 60 })).toBe(-1);
});

test('the case, the SQL and slow counting put every student into the same band, whatever the policy', async () => {
  const db = await createDatabase();
  try {
    let version = 10;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('count' as const, 'rate' as const, 'stricter' as const),
        fc.uniqueArray(fc.integer({ min: 700, max: 990 }), { minLength: 3, maxLength: 3 }),
        fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.tuple(fc.nat(60), fc.nat(200)), { minLength: 1, maxLength: 40 }),
        async (by, cuts, inclusive, minimumDays, students) => {
          const limits = cuts.toSorted((a, b) => b - a);
          version += 1;
          const ladder = ladderOf(
            changed(
              ['version: 1', `version: ${version}`],
              ['minimumDays: 30', `minimumDays: ${minimumDays}`],
              ['bandsBy: count', `bandsBy: ${by}`],
              ...(by === 'rate' ? byRate.slice(1) : []),
              ['{ atLeast: 0.96 }', `{ ${inclusive[0] ? 'above' : 'atLeast'}: ${limits[0]! / 1000} }`],
              [
                '{ atLeast: 0.92, below: 0.96 }',
                `{ ${inclusive[1] ? 'above' : 'atLeast'}: ${limits[1]! / 1000}, ${inclusive[0] ? 'atMost' : 'below'}: ${limits[0]! / 1000} }`,
              ],
              [
                '{ atLeast: 0.87, below: 0.92 }',
                `{ ${inclusive[2] ? 'above' : 'atLeast'}: ${limits[2]! / 1000}, ${inclusive[1] ? 'atMost' : 'below'}: ${limits[1]! / 1000} }`,
              ],
              ['{ below: 0.87 }', `{ ${inclusive[2] ? 'atMost' : 'below'}: ${limits[2]! / 1000} }`],
            ),
          );
          await recordPolicy(db.owner, { document: '', ladder });
          const asked = students.map(([absences, days]) => ({ absences: Math.min(absences, days), daysEnrolled: days }));
          const { rows } = await db.worker.raw<{ rows: { position: number }[] }>(
            `SELECT ${bandPositionSql(linesOf('v'), 's.absences', 's.days')} AS position
             FROM ${POLICY_LINES} AS v, unnest(CAST(? AS integer[]), CAST(? AS integer[])) WITH ORDINALITY AS s(absences, days, n)
             WHERE v.version = ? ORDER BY n`,
            [asked.map((one) => one.absences), asked.map((one) => one.daysEnrolled), version],
          );
          const rules = {
            ...RULES,
            bandsBy: by,
            minimumDays,
            bands: [1, 8, 16, 25].map((from, n) => ({
              position: n + 1,
              from: by === 'rate' ? null : from,
              limit: n === 0 ? null : limits[n - 1]!,
              inclusive: n > 0 && inclusive[n - 1]!,
            })),
          };
          const slow = asked.map(({ absences, daysEnrolled }) => band(absences, daysEnrolled, rules));
          expect(rows.map(({ position }) => position)).toEqual(slow);
          expect(asked.map((one) => bandPosition(ladder, one) + 1)).toEqual(slow);
        },
      ),
      { seed: 60901, numRuns: 60 },
    );
  } finally {
    await db.close();
  }
}, 60_000);
