import { chronicTruancy, explain, groundsOf } from '../../cases/index.ts';
import { reportDue } from '../../cases/truancy.ts';
import { compile, readPolicy, shippedPolicyText, validExcuses } from '../../policy/index.ts';
import { eventsTogetherSql } from '../../store/events-together.ts';
import { PaperCase, refusal } from '../cases/paper-case.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { ladderOf, shipped } from './shipped.ts';

const SEPTEMBER = ['2021-09-01', '2021-09-08', '2021-09-15', '2021-09-22'];
const SCATTERED = ['2021-08-30', '2021-09-08', '2021-10-13', '2021-11-10'];
const TEN = ['08-30', '09-01', '09-08', '09-15', '10-05', '10-13', '10-20', '11-03', '11-10', '11-17'].map((day) => `2021-${day}`);
const NINE = TEN.slice(1);

const ladder = ladderOf(shipped('connecticut'));

/** A case on a day in December with these unexcused days. */
function absent(truancy: string[]): PaperCase {
  const paper = new PaperCase(ladder);
  paper.pass(75).hears({ absences: truancy.length, unexcused: truancy.length, truancy, daysEnrolled: 76 });
  return paper;
}

test.each([
  ['four in one month', SEPTEMBER, true],
  ['four in four months', SCATTERED, false],
  ['nine in the year, three in a month at most', NINE, false],
  ['ten in the year, three in a month at most', TEN, true],
])('a truant has four unexcused absences in a month or ten in a year: %s', (_what, days, truant) => {
  const paper = absent(days);
  expect(reportDue(paper.state, ladder).due).toBe(truant);
  expect(paper.open().includes('truancy-report')).toBe(truant);
  const filing = { kind: 'file_report', events: days, filedWith: 'attendance_supervisor', on: paper.day } as const;
  const refused = refusal(paper.command('case_manager', filing));
  if (truant) expect(refused).toBeNull();
  else expect(refused?.detail).toContain('4 events in one month or 10 in the school year');
});

test('who is a truant is one for the school year: nothing is reported again, and nobody is a habitual or chronic truant', () => {
  const paper = absent(TEN);
  const file = (events: string[]) =>
    paper.command('case_manager', { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: paper.day });
  paper.must(file(SEPTEMBER.slice(0, 3).concat(TEN.filter((day) => !SEPTEMBER.includes(day)))));
  const more = ['2021-11-22', '2021-11-23', '2021-11-24', '2021-11-29', '2021-11-30'];
  paper.hears({ truancy: [...TEN, ...more], unexcused: 15, absences: 15 });
  expect(reportDue(paper.state, ladder).due).toBe(false);
  expect(refusal(file(more))?.detail).toContain('reported once in a school year');
  expect(chronicTruancy(paper.state, ladder)).toMatchObject({ reached: false, stands: false, duties: [] });
  expect(groundsOf(ladder)).toEqual(['truant', 'chronic_absentee']);
});

test('neither a case’s reasons nor its refusals speak of California', () => {
  const paper = new PaperCase(compile(shipped('connecticut')));
  paper.pass(75).hears({ absences: 10, unexcused: 10, truancy: TEN, daysEnrolled: 76 });
  const said = JSON.stringify(explain(paper.state, paper.ladder));
  expect(said).toContain('CGS 10-198a');
  expect(said).not.toMatch(/\bEC \d|SARB|WIC/);
  expect(refusal(paper.command('case_manager', { kind: 'refer', to: 'sarb', ground: 'truant' }))?.detail).toContain(
    'attendance review team',
  );
  const as = refusal(paper.command('case_manager', { kind: 'refer', to: 'attendance_review_team', ground: 'habitual_truant' }));
  expect(as?.detail).toContain('There is no referral as habitual truant in this state');
});

test('two mental health wellness days a school year excuse', () => {
  expect(validExcuses('connecticut').find(({ reason }) => reason === 'wellness')?.cap).toEqual({ days: 2, per: 'year' });
  expect(JSON.stringify(validExcuses('connecticut'))).not.toMatch(/\bEC \d/);
});

describe('the validator refuses in a Connecticut policy', () => {
  test.each([
    ['a letter that cites California', 'letter: ct-truancy-meeting', 'letter: letter-1', 'cites the law of another state than Connecticut'],
    [
      'a referral to SARB',
      'referral: attendance_review_team',
      'referral: sarb',
      'the last rung in Connecticut is the attendance review team',
    ],
    ['a ground of California', 'ground: truant }', 'ground: habitual_truant }', 'no referral as habitual truant in Connecticut'],
    ['habitual truants', 'opens: [{ on: letter_fallen }]', 'opens: [{ on: habitual }]', 'Connecticut knows no habitual truants'],
    ['a second report', 'opens: [{ on: letter_fallen }]', 'opens: [{ on: reports, count: 2 }]', 'reported once in a school year'],
    [
      'a team that meets every quarter',
      'leadDays: 5\n    cadence: monthly',
      'leadDays: 5\n    cadence: quarterly',
      'meets at least monthly',
    ],
    ['a team that reviews no case', 'where: { team: [attendance_review_team]', 'where: { team: [sst]', 'reviews cases'],
  ])('%s', (_what, from, to, reason) => {
    const text = shippedPolicyText('connecticut');
    expect(text).toContain(from);
    const read = readPolicy(text.replace(from, to));
    expect(read.ok ? [] : read.problems.map((one) => one.reason).join('\n')).toContain(reason);
  });

  test('and a Californian policy may not send the letter of Connecticut', () => {
    const read = readPolicy(shippedPolicyText('lausd').replace('letter: letter-2', 'letter: ct-truancy-meeting'));
    expect(read.ok ? '' : read.problems.map((one) => one.reason).join()).toContain('another state than California');
  });
});

describe('in the database', () => {
  let db: TestDatabase;
  beforeAll(async () => void (db = await createDatabase()));
  afterAll(() => db.close());

  test.each([
    ['in a month', SEPTEMBER, 'month', 4],
    ['scattered', SCATTERED, 'month', 1],
    ['nine in a year', NINE, 'month', 3],
    ['ten in a year', TEN, 'month', 10],
    ['none', [], 'month', 0],
    ['where the whole year counts', SCATTERED, null, 4],
  ])('days count together as the rules of a case have it: %s', async (_what, days, within, count) => {
    const sql = eventsTogetherSql('CAST(:days AS date[])', "CAST('{}' AS date[])", ':within', ':inYear');
    const { rows } = await db.owner.raw<{ rows: { n: number }[] }>(`SELECT CAST(${sql} AS integer) AS n`, { days, within, inYear: 10 });
    expect(rows[0]?.n).toBe(count);
  });
});
