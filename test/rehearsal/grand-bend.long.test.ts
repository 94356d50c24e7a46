import { importDelivery } from '../../attendance/import.ts';
import { NightlyFiles } from '../../attendance/nightly.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { ASSUMED } from '../../policy/rehearsal.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import { ROSTER, SAMPLES, YEAR } from '../attendance/world.ts';
import { openWorld, type TestWorld } from '../world/world.ts';
import { doSchoolTasks, live, outcomeOf, rehearsed, type LivedSpan, type Outcome } from './reality.ts';

/**
 * Rehearsal equals reality over a whole district: the year of Grand Bend with its three schools, lived through on the real servers night by
 * night, with people who do what the assumed table has them do, and rehearsed afterwards with the same table.
 */
let world: TestWorld;
let span: LivedSpan;

beforeAll(async () => {
  world = await openWorld();
  await world.setClock('2021-08-22T23:00:00Z');
  const roster = { source: 'test', coverage: { ...YEAR, complete: false }, receivedBy: 'tester', files: ROSTER };
  await importDelivery(world.db.worker, await createDelivery(world.db.worker, roster));
  const read = readPolicy(shippedPolicyText('lausd'));
  if (!read.ok) throw new Error('the shipped policy is not valid');
  const schoolTasks = read.document.tasks.flatMap(({ evidence }) => ('schoolRecord' in evidence ? [evidence.schoolRecord] : []));
  await doSchoolTasks(world.db, schoolTasks, YEAR.from);
  const nightly = new NightlyFiles(`${SAMPLES}grand-bend`);
  span = {
    world,
    from: YEAR.from,
    to: YEAR.to,
    nights: (day, taught) => nightly.parts(day, taught),
    ladder: compile(read.document),
    responses: { ...ASSUMED, seed: 'Grand Bend' },
  };
});
afterAll(() => world.close());

test('a year of Grand Bend becomes on the real servers what a rehearsal forecasts of it, student by student', async () => {
  await live(span);
  const students = await world.db
    .owner('attendance_case')
    .select<{ studentId: string; caseId: string }[]>('student_id AS studentId', 'case_id AS caseId');
  const real: Record<string, Outcome> = {};
  for (const student of students) real[student.studentId] = outcomeOf(await world.recorded(student));
  const { forecast, outcomes } = await rehearsed(span, shippedPolicyText('lausd'));
  expect(outcomes).toEqual(real);
  expect(forecast.cases).toBe(students.length);
  const sum = (measure: 'tasks' | 'calls' | 'letters' | 'reports'): number => forecast.weeks.reduce((n, week) => n + week[measure], 0);
  for (const measure of ['tasks', 'calls', 'letters', 'reports'] as const) expect(sum(measure)).toBeGreaterThan(0);
}, 3_600_000);
