import { randomUUID } from 'node:crypto';
import { call, openWorld, type TestStudent, type TestWorld } from '../world/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openWorld({ rollAfter: 60 });
});
afterAll(() => world.close());

/** Documents calls until the case has begun a new run. */
const rollOver = async (student: TestStudent): Promise<void> => {
  const handle = world.handle(student);
  const { runId } = await handle.describe();
  for (let n = 0; n < 20 && (await handle.describe()).runId === runId; n += 1) await world.give(student, call());
  expect((await handle.describe()).runId).not.toBe(runId);
};

test('one command sent fifty times in parallel has one effect, and fifty senders learn of it', async () => {
  const student = await world.opened();
  const id = await world.write(student, call());
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => world.deliver(id)));
  const [first] = outcomes;
  expect(first).toMatchObject({ outcome: 'applied' });
  for (const outcome of outcomes) expect(outcome).toEqual(first);
  expect((await world.events(student)).filter((event) => event.cause === id).map((event) => event.type)).toEqual(['action_documented']);
});

test('sent again after the case has begun a new run, it still has one effect', async () => {
  const student = await world.opened();
  const { commandId } = await world.give(student, call());
  await rollOver(student);
  const { state } = await world.running(student);
  expect(state.applied).toContain(commandId);
  expect(state).toEqual(await world.recorded(student));
  const before = await world.events(student);
  // Past the shortcut of the outcome that stands: straight to the case, as a late repeat of the engine's own would come.
  await expect(world.update(student, commandId, call())).resolves.toEqual({ seq: state.seq });
  expect(await world.events(student)).toEqual(before);
});

test('the first documented action begins the case, also when twenty people document at once', async () => {
  const student = await world.enroll();
  await world.stand(student, { absences: 1 }, false);
  const ids = await Promise.all(Array.from({ length: 20 }, () => world.write(student, call())));
  for (const outcome of await Promise.all(ids.map((id) => world.deliver(id, 60_000))))
    expect(outcome).toMatchObject({ outcome: 'applied' });
  const events = await world.events(student);
  expect(events[0]).toMatchObject({ type: 'case_opened', body: { why: 'action' } });
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  expect(new Set(events.filter((event) => event.type === 'action_documented').map((event) => event.cause))).toEqual(new Set(ids));
  expect((await world.running(student)).state).toEqual(await world.recorded(student));
});

test('a refusal is written down before anyone is told, and the same command later keeps it', async () => {
  const student = await world.opened();
  const future = await world.write(student, call('2021-10-18'));
  const refused = await world.deliver(future);
  expect(refused).toMatchObject({ outcome: 'refused', body: { type: 'future-date' } });
  expect(await world.outcome(future)).toEqual(refused);
  await world.setClock('2021-10-18T17:00:00Z');
  expect(await world.deliver(future)).toEqual(refused);
  // Not even the case itself, which remembers no refusal, can apply it now.
  await world.update(student, future, call('2021-10-18'));
  expect((await world.events(student)).filter((event) => event.cause === future)).toEqual([]);
  expect(await world.outcome(future)).toEqual(refused);
});

test('without a worker nobody is told anything; the relay applies the command when one runs', async () => {
  const student = await world.opened();
  await world.stopWorkers();
  const id = await world.write(student, call());
  expect(await world.deliver(id, 500)).toBeNull();
  expect(await world.outcome(id)).toBeNull();
  await world.db.owner('command').where({ command_id: id }).update({ next_try_at: world.db.owner.fn.now() });
  await world.startWorker({ rollAfter: 60 });
  await world.quiet();
  expect(await world.outcome(id)).toMatchObject({ outcome: 'applied' });
  expect((await world.events(student)).filter((event) => event.cause === id)).toHaveLength(1);
});

test('a command for a student without a standing is refused, and the case stays closed', async () => {
  const student = await world.enroll();
  expect(await world.give(student, call())).toMatchObject({ outcome: 'refused', body: { type: 'case-not-open' } });
  expect(await world.events(student)).toEqual([]);
  await world.stand(student, { absences: 2 }, false);
  expect(await world.give(student, { kind: 'open_case' }, { text: 'the family asks for help', key: randomUUID() })).toMatchObject({
    outcome: 'applied',
  });
  expect((await world.events(student))[0]).toMatchObject({ type: 'case_opened', body: { why: 'by_hand' } });
});
