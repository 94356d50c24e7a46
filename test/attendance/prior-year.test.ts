import { rulesOfPolicy, type StandingRules } from '../../attendance/rules.ts';
import { turn } from '../../attendance/turn.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, RULES, setToday, setUpDistrict, standingOf } from './world.ts';

const WATCHING: StandingRules = { ...RULES, priorYear: ['chronic_last_year', 'severe_last_year'] };
/** Forty school days, from Monday, 6 September. */
const days = Array.from({ length: 40 }, (_, n) =>
  new Date(Date.parse('2021-09-06') + (Math.floor(n / 5) * 7 + (n % 5)) * 86_400_000).toISOString().slice(0, 10),
);

let world: TestDatabase;
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-09-05');
  const born = { born: '2010-01-01' };
  const first = rosterCsv({ school: 'S1', from: '2021-09-06', to: days.at(-1)!, students: { '1': born, '2': born, '3': born, '4': born } });
  await deliver(world.worker, first);
  await deliver(world.worker, rosterCsv({ school: 'S1', from: '2022-08-22', to: '2022-09-30', students: {} }));
  await setToday(world.owner, '2021-12-01');
  // 3, 4, 8 and 7 absences of forty days.
  const missed: [student: string, count: number][] = [
    ['1', 3],
    ['2', 4],
    ['3', 8],
    ['4', 7],
  ];
  const rows = missed.flatMap(([student, count]) =>
    days.slice(0, count).map((day): [string, string, string, string] => [student, day, 'absent', 'Excused']),
  );
  const coverage = { from: '2021-09-06', to: days.at(-1)!, complete: true };
  await deliver(world.worker, { 'a.csv': attendanceCsv('S1', rows) }, coverage);
  await world.owner('outbox').delete();
  await setToday(world.owner, '2022-07-01');
  await turn(world.worker, '2022-07-01', { rules: WATCHING });
});
afterAll(() => world.close());

test('who missed ten per cent of last year is flagged with the first day of the new one, and who missed twenty with both flags', async () => {
  const flags = async (student: string): Promise<unknown> => (await standingOf(world.worker, student)).flags;
  expect(await flags('1')).toEqual([]);
  expect(await flags('2')).toEqual(['chronic_last_year']);
  expect(await flags('3')).toEqual(['chronic_last_year', 'severe_last_year']);
  expect(await flags('4')).toEqual(['chronic_last_year']);
  expect(await world.owner('student_flag').first('since', 'until')).toEqual({ since: '2022-07-01', until: '2023-06-30' });
});

test('their cases begin in summer, before the first absence; nobody else’s does', async () => {
  const woken = await world
    .owner('outbox')
    .join('student', 'student.case_id', 'outbox.case_id')
    .orderBy('local_id')
    .pluck<string[]>('local_id');
  expect(woken).toEqual(['2', '3', '4']);
});

test('the rules ask for it only where the policy has a path for it', () => {
  const text = shippedPolicyText('lausd');
  const path =
    '  - path: last-year\n    title: Much of last year missed\n    clause: ours\n    flags: [chronic_last_year]\n  - path: foster\n';
  const rulesOf = (document: string) => {
    const read = readPolicy(document);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    return rulesOfPolicy({ id: 'lausd', version: 1, document, ladder: compile(read.document) });
  };
  expect(rulesOf(text).priorYear).toBeUndefined();
  expect(rulesOf(text.replace('  - path: foster\n', path)).priorYear).toEqual(['chronic_last_year']);
});
