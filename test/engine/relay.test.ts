import { call, openWorld, type TestStudent, type TestWorld } from '../world/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const passed = async (student: TestStudent): Promise<string[]> => (await world.eventsOf(student, 'deadline_passed')).map(({ at }) => at);

test('when the clock is moved, every passed deadline is noted, in order, each at its own instant', async () => {
  const student = await world.opened();
  const due = (await world.recorded(student)).tasks.flatMap(({ due: { at } }) => (at !== null && at < '2021-11-01' ? [at] : [])).sort();
  await world.setClock('2021-11-01T17:00:00Z');
  await world.until('the case has been ticked', async () => (await passed(student)).length === due.length);
  expect(await passed(student)).toEqual(due);
  const { next_deadline } = await world.db
    .owner('attendance_case')
    .where({ case_id: student.caseId })
    .first<{ next_deadline: Date | null }>('next_deadline');
  expect(next_deadline).toBeNull();
  // What comes next is never dated before what was.
  await world.give(student, call('2021-11-01'));
  const times = (await world.events(student)).map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
  await world.setClock('2021-10-15T17:00:00Z');
});

test('a crossing is sent within a tenth of a second, and its row goes when the case has it', async () => {
  const student = await world.enroll();
  const began = performance.now();
  await world.stand(student, { absences: 9 });
  await world.until('the row is leased', async () => {
    const row = await world.db.owner('outbox').where({ case_id: student.caseId }).first<{ tries: number } | undefined>('tries');
    return row === undefined || row.tries > 0;
  });
  expect(performance.now() - began).toBeLessThan(500);
  await world.quiet();
  expect((await world.recorded(student)).standing?.absences).toBe(9);
});

test('a crossing that the case already knows is dropped and wakes nobody', async () => {
  const student = await world.opened();
  await world.running(student);
  const { historyLength } = await world.handle(student).describe();
  await world.send(student);
  await world.quiet();
  expect((await world.handle(student).describe()).historyLength).toBe(historyLength);
});

test('a message to a case that the engine has lost begins the case again, as PostgreSQL has it', async () => {
  const student = await world.opened();
  await world.give(student, call());
  await world.handle(student).terminate('lost');
  await world.stand(student, { absences: 17 });
  await world.quiet();
  const { state } = await world.caughtUp(student);
  expect(state).toEqual(await world.recorded(student));
  expect(state.actions).toHaveLength(1);
  expect(state.standing?.absences).toBe(17);
});

test('a case that cannot be answered holds up no other', async () => {
  const stuck = await world.opened();
  // A payload that nobody can read: the case's workflow task fails for ever.
  await world.handle(stuck).signal('attendanceChanged', { kind: 'standing', id: 'broken', time: null, standing: null });
  const waiting = await Promise.all(Array.from({ length: 5 }, () => world.write(stuck, call())));
  await world.db.owner('command').whereIn('command_id', waiting).update({ next_try_at: world.db.owner.fn.now() });
  const began = performance.now();
  const other = await world.opened();
  expect(performance.now() - began).toBeLessThan(3_000);
  expect((await world.recorded(other)).student).toBe(other.studentId);
  await world.handle(stuck).terminate('test');
  await world.db.owner('command').whereIn('command_id', waiting).update({ outcome: 'refused', outcome_body: '{}' });
});
