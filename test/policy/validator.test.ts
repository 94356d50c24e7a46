import fc from 'fast-check';
import * as follow from '../../cases/attempts.ts';
import * as vocabulary from '../../policy/vocabulary.ts';
import { readPolicy } from '../../policy/index.ts';
import { after, FAULTS, task, type Loose } from './faults.ts';

const SEED = 20261125;

test.each(FAULTS)('%s is refused, with the place and what to do', (_name, change, path, reason) => {
  const { problems, text } = after(change);
  expect(problems).toContainEqual({
    path,
    line: expect.any(Number) as number,
    reason: expect.stringContaining(reason) as string,
    remedy: expect.stringMatching(/\S/) as string,
  });
  for (const { line } of problems) expect(line).toBeLessThanOrEqual(text.split('\n').length);
});

test('“87 %+” in the fourth band is refused at its line, with the third band named', () => {
  const { problems, text } = after((d) => (d.bands[3]!['attendance'] = { atLeast: 0.87 }));
  const [first] = problems;
  expect(first).toMatchObject({ path: 'bands.3.attendance', remedy: 'let “Far Below Basic” say below: 0.87' });
  expect(text.split('\n')[first!.line! - 1]).toContain('0.87');
});

test('where the protocol’s percentages and counts disagree it warns, and refuses nothing', () => {
  const { warnings } = after(() => undefined);
  expect(warnings.map(({ path, reason }) => [path, reason])).toEqual([
    ['bands.1', expect.stringContaining('15 absences are “Basic” by count, and “Below Basic” by attendance (91.7 %)')],
    ['bands.2', expect.stringContaining('24 absences are “Below Basic” by count, and “Far Below Basic” by attendance (86.7 %)')],
  ]);
});

test.each([
  ['an occasion counted later than the statute', (d: Loose) => (d.days.occasion['minutes'] = 45), 'EC 48260(a)'],
  ['an occasion of thirty minutes exactly', (d: Loose) => (d.days.occasion['operator'] = 'at_least'), 'more than 30 minutes'],
  [
    'a first letter that waits long for outreach',
    (d: Loose) => (task(d, 'letter-1')['waitsFor'] = { tasks: ['teacher-call'], schoolDays: 21 }),
    'may be 21 school days late; EC 48260.5',
  ],
  [
    'a first letter that waits for the second report',
    (d: Loose) => Object.assign(task(d, 'letter-1'), { reports: 2, opens: [{ on: 'reports', count: 2 }] }),
    'EC 48260.5',
  ],
])('it warns of %s, with the clause', (_name, change, clause) => {
  const { problems, warnings } = after(change);
  expect(problems).toEqual([]);
  expect(warnings.map(({ reason }) => reason).join('\n')).toContain(clause);
});

test('any text at all is read or refused: aliases of nothing, loops, other documents', () => {
  const texts = [
    '',
    '[]',
    'null',
    '7',
    '*a',
    'a: &a [*a]',
    'policy: &p x\ntitle: *q\n',
    '--- a\n--- b\n',
    '? {a: b}\n: c\n',
    '\u0000',
    '\t- x',
  ];
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...texts), fc.string(), fc.json()), (text) => {
      const read = readPolicy(text);
      expect(read.ok).toBe(false);
      if (!read.ok) expect(read.problems.length).toBeGreaterThan(0);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('what the validator takes for a failed attempt and for wrong data is what a case takes for it', () => {
  expect(vocabulary.FAILED_ATTEMPTS).toEqual(follow.FAILED_ATTEMPTS);
  expect(vocabulary.WRONG_DATA).toEqual(follow.WRONG_DATA);
});
