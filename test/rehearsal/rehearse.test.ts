import { ASSUMED, readResponses, spanProblem } from '../../policy/rehearsal.ts';
import { rehearse, type RehearsalInput } from '../../activities/rehearsal/rehearse.ts';
import { rehearseInParts } from '../../bin/rehearsal-parts.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { deliver, ROSTER, sampleFile, setUpDistrict, YEAR } from '../attendance/world.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';

/** The sample's year, rehearsed. */
let world: TestDatabase;
let input: RehearsalInput;

beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2022-05-27');
  await loadShippedPolicy(world.owner, 'lausd');
  await deliver(world.worker, [...ROSTER, { name: 'attendance.csv', bytes: sampleFile('attendance.csv') }], YEAR);
  input = { policies: [policy(shippedPolicyText('lausd'))], from: YEAR.from, to: YEAR.to, whom: {}, responses: ASSUMED };
});
afterAll(() => world.close());

function policy(document: string): RehearsalInput['policies'][number] {
  const read = readPolicy(document);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return { document, ladder: compile(read.document) };
}

const signal = new AbortController().signal;
const progress = (): void => undefined;

test('a forecast is the same whatever the order and size of batches, and however many processes share it', async () => {
  const [whole] = await rehearse(world.worker, input);
  expect(whole!.students).toBeGreaterThan(150);
  expect(whole!.weeks.reduce((sum, week) => sum + week.calls, 0)).toBeGreaterThan(300);
  expect(new Set(whole!.atStep.map(({ step }) => step))).toEqual(new Set(['advanced', 'basic', 'below-basic']));
  expect(await rehearse(world.worker, input, { batch: 7 })).toEqual([whole]);
  expect(await rehearseInParts(world.workerUrl, input, { processes: 2, signal, progress })).toEqual([whole]);
}, 60_000);

test('two policies are replayed alike: the same one twice tells the same twice, a draft with a later line begins fewer tasks of it', async () => {
  const later = shippedPolicyText('lausd').replace('from: 1, to: 7,', 'from: 1, to: 11,').replace('from: 8, to: 15,', 'from: 12, to: 15,');
  const [draft, same, inForce] = await rehearse(world.worker, {
    ...input,
    policies: [policy(later), ...input.policies, ...input.policies],
  });
  expect(same).toEqual(inForce);
  const opened = (of: typeof draft): number => of!.tasks.find(({ task }) => task === 'psa-consult')!.opened;
  expect(opened(draft)).toBeLessThan(opened(inForce));
});

test('only the students and schools that are asked for are rehearsed', async () => {
  const [school] = await world.owner('school').orderBy('school_id').pluck<string[]>('school_id');
  const [own] = await rehearse(world.worker, { ...input, whom: { schools: [school!] } });
  expect(new Set(own!.weeks.map((week) => week.school))).toEqual(new Set([school]));
});

test('a rehearsal ends when it is told to, also one that others share', async () => {
  const ended = AbortSignal.abort(new Error('enough'));
  await expect(rehearse(world.worker, input, { signal: ended })).rejects.toThrow('enough');
  await expect(rehearseInParts(world.workerUrl, input, { processes: 1, signal: ended, progress })).rejects.toThrow('enough');
});

test('a span over two school years, and a table that answers not every task, are refused with what to do', () => {
  expect(spanProblem('2021-08-23', '2022-08-23')).toMatch(/two school years.*2021-07-01 to 2022-06-30/);
  expect(spanProblem('2021-09-01', '2021-08-23')).toMatch(/give the earlier day first/);
  const read = readResponses({ ...ASSUMED, tasks: [{ task: 'sst', done: 2, after: [3, 1], minutes: 5 }] });
  expect(read).toMatchObject({ ok: false });
  expect(read.ok ? [] : read.problems.map((problem) => problem.split(':')[0])).toEqual(['tasks.0.done', 'tasks.0.after', 'tasks']);
});
