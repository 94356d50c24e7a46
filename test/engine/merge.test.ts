import { rulesInForce } from '../../attendance/rules.ts';
import { recompute } from '../../attendance/standing.ts';
import { reportDue } from '../../cases/index.ts';
import { shippedLadder } from '../cases/paper-case.ts';
import { settleMerges } from '../../attendance/roster/settle.ts';
import { verifyChains } from '../../store/verify.ts';
import { call, openWorld, TODAY, type TestStudent, type TestWorld } from '../world/world.ts';

/** ING-08 on real servers: merge, then undo: both cases are whole. */
let world: TestWorld;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const BY = JSON.stringify({ id: 'registrar-1', role: 'administrator', place: 'district' });
const DAYS = ['2021-09-06', '2021-09-07', '2021-09-08'];

/** A student with real attendance: the unexcused days and eight excused ones, all known and long past their windows. */
async function enrolled(unexcused: string[], excused: string[]): Promise<TestStudent> {
  const student = await world.enroll();
  const { studentId } = student;
  const { owner, worker } = world.db;
  await owner('student_identifier').insert({
    student_id: studentId,
    scheme: 'local',
    value: studentId,
    since: '2021-08-23',
    recorded_by: 'test',
  });
  await world.rowsFor(student, [...unexcused, ...excused]);
  await owner('attendance_day').where({ student_id: studentId }).update({ absent: true, truancy: 'full_day' });
  await owner('attendance_day').where({ student_id: studentId }).whereIn('date', excused).update({ excuse: 'excused', truancy: null });
  await owner.raw(
    `INSERT INTO covered_day (school_id, date, delivery_id) SELECT school_id, date, (SELECT min(delivery_id::text)::uuid FROM delivery)
     FROM calendar_day WHERE instructional AND date <= ? ON CONFLICT DO NOTHING`,
    [TODAY],
  );
  await worker.transaction(async (trx) => recompute(trx, { day: TODAY, students: [studentId], rules: await rulesInForce(trx) }));
  return student;
}

test('after a merge both cases have their record, the absorbed one sleeps and its reports count; after the undoing both go on as before', async () => {
  const [one, two] = [
    await enrolled(
      ['2021-09-13'],
      ['2021-08-24', '2021-08-26', '2021-08-30', '2021-09-01', '2021-09-03', '2021-09-15', '2021-09-17', '2021-09-20'],
    ),
    await enrolled(DAYS, ['2021-08-25', '2021-08-27', '2021-08-31', '2021-09-02', '2021-09-14', '2021-09-16']),
  ];
  await world.quiet();
  const filed = await world.give(
    two,
    { kind: 'file_report', events: DAYS, filedWith: 'attendance_supervisor', on: TODAY },
    { role: 'clerk' },
  );
  expect(filed.outcome).toBe('applied');
  const before = await world.recorded(two);
  const openBefore = before.tasks.filter(({ status }) => status === 'open').map(({ task, round, due }) => ({ task, round, due }));
  expect(openBefore.length).toBeGreaterThan(0);

  const [{ merge_id: merge }] = await world.db
    .owner('student_merge')
    .insert({ survivor: one.studentId, absorbed: two.studentId, reason: 'same child', merged_by: BY, merged_on: TODAY })
    .returning('merge_id');
  expect(await settleMerges(world.db.worker)).toEqual([merge]);
  await world.quiet();
  expect((await world.eventsOf(two, 'record_merged')).map(({ body }) => body)).toMatchObject([
    { merge, as: 'absorbed', student: one.studentId, case: one.caseId },
  ]);
  expect((await world.eventsOf(one, 'record_merged')).map(({ body }) => body)).toMatchObject([
    { merge, as: 'survivor', student: two.studentId, case: two.caseId, reports: [{ ordinal: 1, events: DAYS }] },
  ]);
  const surviving = await world.recorded(one);
  expect(surviving.standing?.truancy).toEqual([...DAYS, '2021-09-13']);
  // The first report stands on the other record: one further day makes the next one due, and the three days serve no second one.
  expect(reportDue(surviving, shippedLadder())).toMatchObject({ due: true, events: ['2021-09-13'] });
  const refused = await world.give(two, call());
  expect(refused).toMatchObject({ outcome: 'refused', body: { type: 'merged' } });
  expect(await world.db.owner('attendance_case').where({ case_id: two.caseId }).first('next_deadline')).toEqual({ next_deadline: null });

  await world.db.owner('student_merge').where({ merge_id: merge }).update({ undo_reason: 'twins', undone_by: BY, undone_on: TODAY });
  expect(await settleMerges(world.db.worker)).toEqual([merge]);
  await world.quiet();
  expect((await world.events(two)).map(({ type }) => type)).toEqual(expect.arrayContaining(['record_merged', 'record_parted']));
  expect((await world.eventsOf(one, 'record_parted')).map(({ body }) => body)).toEqual([{ merge }]);
  const after = await world.recorded(two);
  expect(after.tasks.filter(({ status }) => status === 'open').map(({ task, round, due }) => ({ task, round, due }))).toEqual(openBefore);
  expect(after.reports).toEqual(before.reports);
  expect(after.merges).toEqual([]);
  expect((await world.recorded(one)).standing?.truancy).toEqual(['2021-09-13']);
  expect((await world.give(two, call())).outcome).toBe('applied');
  for (const student of [one, two]) expect((await world.running(student)).state).toEqual(await world.recorded(student));
  expect((await verifyChains(world.db.owner)).broken).toEqual([]);
});
