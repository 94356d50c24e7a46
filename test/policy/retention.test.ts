import fc from 'fast-check';
import { differences } from '../../policy/differences.ts';
import { compile, leastRetention, readPolicy, shippedPolicies, shippedPolicyText } from '../../policy/index.ts';
import { lastsAsLong, retentionOf, type RetentionClass } from '../../policy/retention.ts';
import { RECORD_CLASSES } from '../../policy/vocabulary.ts';
import { after, type Entry, type Loose } from './faults.ts';

const rule = (draft: Loose, name: string): Entry => (draft['retention'] as Entry[]).find((one) => one['class'] === name)!;

test.each<[string, (draft: Loose) => unknown, string, string]>([
  [
    'kept shorter than the state keeps it',
    (d) => Object.assign(rule(d, 'attendance'), { years: 3 }),
    'retention.1',
    '“attendance” is kept 3 years after the end of the school year in which the student left, and California keeps it 37 months after the end of the school year in which the student left (5 CCR 16025, 16027)',
  ],
  [
    'that ends where the state keeps for ever',
    (d) => {
      delete rule(d, 'identity')['forever'];
      Object.assign(rule(d, 'identity'), { years: 100, from: 'left' });
    },
    'retention.0',
    '“identity” is kept 100 years after the student left, and California keeps it for ever (5 CCR 432(b)(1), 437(a))',
  ],
  [
    'that counts from a day on which the state’s time has hardly begun',
    (d) => Object.assign(rule(d, 'access_log'), { years: 3 }),
    'retention.4',
    'and California keeps it 3 years after the end of the school year',
  ],
  [
    'of the access log that ends before the records whose readers it names',
    (d) => Object.assign(rule(d, 'case'), { years: 5 }),
    'retention.4',
    '“access_log” is kept 4 years after the student left, and “case”, whose readers it names, 5 years after the student left (34 CFR 99.32(a)(2): as long as the record)',
  ],
  ['without a time', (d) => delete rule(d, 'case')['years'], 'retention.2', '“case” says no time'],
  ['with two times', (d) => (rule(d, 'case')['months'] = 6), 'retention.2', '“case” says more than one time'],
  ['without a day to count from', (d) => delete rule(d, 'case')['from'], 'retention.2', '“case” does not say from when on its time counts'],
  ['for ever from a day', (d) => (rule(d, 'identity')['from'] = 'left'), 'retention.0', '“identity” is kept for ever, from whatever day'],
  ['that is there twice', (d) => (d['retention'] as Entry[]).push({ ...rule(d, 'case') }), 'retention.5.class', '“case” is there twice'],
])('a retention %s is refused, with the place and what to do', (_name, change, path, reason) => {
  const { problems } = after(change);
  expect(problems).toContainEqual({
    path,
    line: expect.any(Number) as number,
    reason: expect.stringContaining(reason) as string,
    remedy: expect.stringMatching(/\S/) as string,
  });
});

describe.each(shippedPolicies())('%s', (id) => {
  const read = readPolicy(shippedPolicyText(id));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));

  test('says of every class of records how long it is kept, and no case carries it', () => {
    expect(read.document.retention?.map((one) => one.class)).toEqual([...RECORD_CLASSES]);
    const { retention: _retention, ...without } = read.document;
    expect(compile(read.document)).toEqual(compile(without));
  });
});

test('a class of which the policy says nothing is kept as long as the state asks at least', () => {
  const state = leastRetention('california');
  expect(retentionOf('policy: x\n', state)).toEqual(RECORD_CLASSES.map((name) => state.find((one) => one.class === name)));
  const own = retentionOf('retention: [{ class: case, years: 7, from: left, clause: ours }]\n', state);
  expect(own.find((one) => one.class === 'case')).toMatchObject({ years: 7 });
  expect(own).toHaveLength(RECORD_CLASSES.length);
});

test('what changes in it is told in sentences', () => {
  const read = readPolicy(shippedPolicyText('lausd'));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const draft = structuredClone(read.document);
  draft.retention![2]!.years = 7;
  draft.retention!.pop();
  expect(differences(read.document, draft).map(({ sentence }) => sentence)).toEqual([
    'Retention of “access log” is gone.',
    'Retention of “case” lasts 7 years instead of 3 years.',
  ]);
});

test('a rule lasts as long as another only if no student’s records end earlier by it, whenever the student left', () => {
  const some: fc.Arbitrary<RetentionClass> = fc
    .record({ months: fc.integer({ min: 1, max: 60 }), from: fc.constantFrom('left' as const, 'school_year' as const) })
    .map((given) => ({ class: 'case', clause: 'ours', ...given }));
  /** Months from the beginning of a school year until the end of the time, for who left so many months into it. */
  const end = ({ months = 0, from }: RetentionClass, left: number): number => months + (from === 'left' ? left : 12);
  fc.assert(
    fc.property(some, some, (one, other) => {
      const always = [0, 6, 12].every((left) => end(one, left) >= end(other, left));
      expect(lastsAsLong(one, other)).toBe(always);
    }),
    { seed: 20261125 },
  );
});
