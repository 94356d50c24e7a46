import { importDelivery } from '../../attendance/import.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import { resolveDues } from '../../store/calendar.ts';
import { call, openWorld, SCHOOL, TODAY, type TestStudent, type TestWorld } from '../world/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** A delivery that says of some days whether school is taught. */
async function calendar(days: Record<string, string>): Promise<{ dues: number; cases: number } | undefined> {
  const rows = Object.entries(days).map(([date, event]) => `${SCHOOL},${date},${event},\n`);
  const deliveryId = await createDelivery(world.db.worker, {
    source: 'test',
    coverage: { schools: 'all', from: TODAY, to: TODAY, complete: false },
    receivedBy: 'tester',
    files: [{ name: 'calendar.csv', bytes: Buffer.from(`School_id,Date,Calendar_event,Session\n${rows.join('')}`) }],
  });
  return (await importDelivery(world.db.worker, deliveryId)).counts.moved;
}

/** A student with a case of the second band, whose standing is the test's own: without an enrollment no recount looks at it. */
async function opened(): Promise<TestStudent> {
  const student = await world.enroll();
  await world.db.owner('enrollment').where({ student_id: student.studentId }).delete();
  await world.stand(student, { absences: 9 });
  await world.quiet();
  return student;
}

/** Open tasks with their due days, as people read them. */
const dues = async ({ caseId }: TestStudent): Promise<Record<string, string | null>> => {
  const rows = await world.db
    .owner('case_task')
    .where({ case_id: caseId, status: 'open' })
    .select<{ task: string; due_on: string | null }[]>();
  return Object.fromEntries(rows.map((row) => [row.task, row.due_on]));
};

test('ten school days set before winter break end after it', async () => {
  await calendar(
    Object.fromEntries(
      [
        '2021-12-20',
        '2021-12-21',
        '2021-12-22',
        '2021-12-23',
        '2021-12-24',
        '2021-12-27',
        '2021-12-28',
        '2021-12-29',
        '2021-12-30',
        '2021-12-31',
      ].map((day) => [day, 'Holiday']),
    ),
  );
  expect(await resolveDues(world.db.worker, [{ schoolId: SCHOOL, student: null, from: '2021-12-15', schoolDays: 10 }])).toMatchObject([
    { on: '2022-01-12' },
  ]);
});

test('a holiday that is added moves every due day behind it, and the record says so; taken back, they move back', async () => {
  const student = await opened();
  const before = await dues(student);
  expect(before).toMatchObject({ 'mass-notification': '2021-10-18', 'teacher-call': '2021-10-20', 'psa-consult': '2021-10-22' });
  const other = await world.enroll();

  expect(await calendar({ '2021-10-19': 'Weather day' })).toEqual({ dues: Object.keys(before).length - 1, cases: 1 });
  await world.quiet();
  const after = await dues(student);
  expect(after).toMatchObject({ 'mass-notification': '2021-10-18', 'teacher-call': '2021-10-21', 'psa-consult': '2021-10-25' });
  const moved = await world.eventsOf(student, 'due_moved');
  expect(moved.map(({ body }) => body)).toContainEqual({
    task: 'teacher-call',
    round: 1,
    due: { schoolDays: 3, from: TODAY, on: '2021-10-21', at: '2021-10-22T04:59:59.999Z' },
    was: '2021-10-20',
  });
  const { state } = await world.caughtUp(student);
  expect(state).toEqual(await world.recorded(student));
  expect(state.standing).not.toHaveProperty('movedDues');
  expect(await world.events(other)).toEqual([]);

  await calendar({ '2021-10-19': 'Instructional day' });
  await world.quiet();
  expect(await dues(student)).toEqual(before);
});

test('a deadline that passed, and that the calendar moves ahead again, can pass anew', async () => {
  const student = await opened();
  await world.setClock('2021-10-19T15:00:00Z');
  await world.until('the first deadline has passed', async () => (await world.eventsOf(student, 'deadline_passed')).length > 0);
  await calendar({ '2021-10-18': 'Emergency day' });
  await world.until('it has moved', async () => (await world.eventsOf(student, 'due_moved')).length > 0);
  const task = (await world.recorded(student)).tasks.find((one) => one.task === 'mass-notification');
  expect(task).toMatchObject({ lapsed: false, due: { on: '2021-10-19' } });
  await world.setClock('2021-10-20T15:00:00Z');
  await world.until(
    'it has passed again',
    async () =>
      (await world.eventsOf(student, 'deadline_passed')).filter(({ body }) => 'task' in body && body.task === 'mass-notification')
        .length === 2,
  );
});

test('a changed calendar without a due day behind it wakes nobody', async () => {
  expect(await calendar({ '2022-05-26': 'Weather day' })).toEqual({ dues: 0, cases: 0 });
  const student = await world.enroll();
  await world.stand(student, { absences: 1 }, false);
  await world.give(student, call('2021-10-20'));
  expect(await world.eventsOf(student, 'due_moved')).toEqual([]);
});
