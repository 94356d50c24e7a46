import { setTimeout as wait } from 'node:timers/promises';
import { signalCase } from '../../activities/send.ts';
import { skipTime } from '../world/skip-time.ts';
import { call, openWorld, type TestStudent, type TestWorld } from '../world/world.ts';

/** The end of the first school day after the test district's today, in Chicago. */
const MONDAY_NIGHT = '2021-10-19T04:59:59.999Z';

let world: TestWorld;
// No relay: nobody but the case's own timer can find that a deadline has passed.
beforeEach(async () => {
  world = await openWorld({ relay: false, rollAfter: 40 });
});
afterEach(() => world.close());

const begun = async (): Promise<TestStudent> => {
  const student = await world.enroll();
  await world.stand(student, { absences: 9 }, false);
  await world.give(student, call());
  return student;
};
const passed = async (student: TestStudent): Promise<{ at: string; day: string; cause: string }[]> =>
  (await world.eventsOf(student, 'deadline_passed')).map(({ at, day, cause }) => ({ at, day, cause }));
/** Tells the case what time it is, by a standing. */
const tell = async (student: TestStudent): Promise<void> => {
  const version = await world.stand(student, { absences: 10 }, false);
  await signalCase(world.sender, 'standing', student.caseId);
  await world.until('the case has heard of it', async () => (await world.running(student)).state.standing?.version === version);
};
const noted = { at: MONDAY_NIGHT, day: '2021-10-18', cause: `tick:${MONDAY_NIGHT}` };

test('a deadline passes by the case’s own timer, at its own instant', async () => {
  const student = await begun();
  await world.setClock('2021-10-19T04:59:58.800Z');
  await tell(student);
  expect(await passed(student)).toEqual([]);
  await world.until('the timer has fired', async () => (await passed(student)).length > 0);
  expect((await passed(student))[0]).toEqual(noted);
  expect((await world.running(student)).state).toEqual(await world.recorded(student));
});

test('the timer is armed again in a new run, for the same instant', async () => {
  const student = await begun();
  const { runId } = await world.handle(student).describe();
  for (let n = 0; n < 8 && (await world.handle(student).describe()).runId === runId; n += 1) await world.give(student, call());
  expect((await world.handle(student).describe()).runId).not.toBe(runId);
  expect(await passed(student)).toEqual([]);
  await skipTime(world.client, `case/${student.caseId}`, 4);
  await world.until('the timer has fired', async () => (await passed(student)).length > 0);
  expect((await passed(student))[0]).toEqual(noted);
});

test('the timer stays while neither its deadline nor the clock changes', async () => {
  const student = await begun();
  for (let n = 0; n < 2; n += 1) await world.give(student, call());
  const { events } = await world.handle(student).fetchHistory();
  expect(events?.filter((event) => event.timerStartedEventAttributes)).toHaveLength(1);
  expect(events?.filter((event) => event.timerCanceledEventAttributes)).toHaveLength(0);
});

test('a deadline that passed while no worker ran is noted late, and at its own instant', async () => {
  const student = await begun();
  await world.setClock('2021-10-19T04:59:59.000Z');
  await tell(student);
  await world.stopWorkers();
  await wait(1_500);
  await world.startWorker({ relay: false });
  await world.until('the timer has fired', async () => (await passed(student)).length > 0);
  expect((await passed(student))[0]).toEqual(noted);
});

test('two weeks of deadlines pass one after the other, by durable timers alone', async () => {
  const student = await begun();
  const due = (await world.recorded(student)).tasks.flatMap(({ due: { at } }) => (at !== null && at < '2021-10-29' ? [at] : [])).sort();
  expect(new Set(due).size).toBeGreaterThan(1);
  await skipTime(world.client, `case/${student.caseId}`, 13);
  await world.until('all have passed', async () => (await passed(student)).length === due.length);
  expect((await passed(student)).map(({ at }) => at)).toEqual(due);
});
