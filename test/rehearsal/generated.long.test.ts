import { join } from 'node:path';
import { importDelivery } from '../../attendance/import.ts';
import { NightlyFolder, readPart } from '../../attendance/nightly-folder.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { ASSUMED } from '../../policy/rehearsal.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import { generated, type Generated } from '../sample/generated.ts';
import { openWorld, type TestWorld } from '../world/world.ts';
import { doSchoolTasks, live, outcomeOf, rehearsed, type LivedSpan, type Outcome } from './reality.ts';

/**
 * Rehearsal equals reality over a whole generated district: schools of all levels and several systems, calendars with breaks, flags,
 * movers. A rehearsal takes attendance and calendars as they were found in the end, so each evening tells of its day what was found in the
 * end; what late and changed rows do to a case is shown elsewhere (test/attendance/standing-history.property.test.ts).
 */
let district: Generated;
let world: TestWorld;
let span: LivedSpan;

const STUDENTS = 150;

beforeAll(async () => {
  district = generated(STUDENTS, 7, { settled: true });
  const { firstDay, lastDay } = district.index;
  world = await openWorld();
  await world.setClock(`${dayBefore(firstDay)}T23:00:00Z`);
  const { coverage, files } = await readPart(join(district.out, 'roster'), 'roster');
  const { counts } = await importDelivery(
    world.db.worker,
    await createDelivery(world.db.worker, { source: 'test', coverage, receivedBy: 'tester', files }),
  );
  expect({ rejected: counts.rejected, ignored: counts.ignored }).toEqual({ rejected: 0, ignored: 0 });
  const read = readPolicy(shippedPolicyText('lausd'));
  if (!read.ok) throw new Error('the shipped policy is not valid');
  const schoolTasks = read.document.tasks.flatMap(({ evidence }) => ('schoolRecord' in evidence ? [evidence.schoolRecord] : []));
  await doSchoolTasks(world.db, schoolTasks, firstDay);
  const nightly = new NightlyFolder(district.out);
  span = {
    world,
    from: firstDay,
    to: lastDay,
    nights: (day) => nightly.parts(day),
    ladder: compile(read.document),
    responses: { ...ASSUMED, seed: 'a generated district' },
  };
});
afterAll(async () => {
  await world.close();
  district.remove();
});

test('a year of a generated district becomes on the real servers what a rehearsal forecasts of it, student by student', async () => {
  await live(span);
  const rejected = await world.db.owner('delivery_row').where({ outcome: 'rejected' }).select('file', 'line', 'message').limit(5);
  expect(rejected).toEqual([]);
  const students = await world.db
    .owner('attendance_case')
    .join('student', 'student.case_id', 'attendance_case.case_id')
    .select<{ studentId: string; caseId: string; localId: string }[]>({
      studentId: 'attendance_case.student_id',
      caseId: 'attendance_case.case_id',
      localId: 'local_id',
    });
  const { forecast, outcomes } = await rehearsed(span, shippedPolicyText('lausd'));
  const real: Record<string, Outcome> = {};
  const forecasted: Record<string, Outcome | undefined> = {};
  for (const student of students) {
    real[student.localId] = outcomeOf(await world.recorded(student));
    forecasted[student.localId] = outcomes[student.studentId];
  }
  expect(forecasted).toEqual(real);
  expect(forecast.cases).toBe(students.length);
  // The district is one that can tell: every kind of thing happens.
  const sum = (measure: 'tasks' | 'calls' | 'letters' | 'reports' | 'sarts'): number =>
    forecast.weeks.reduce((n, week) => n + week[measure], 0);
  for (const measure of ['tasks', 'calls', 'letters', 'reports', 'sarts'] as const) expect(sum(measure)).toBeGreaterThan(0);
}, 3_600_000);

const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
