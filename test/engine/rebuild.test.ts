import { rebuildCases, rebuildReadTables } from '../../activities/rebuild.ts';
import { verifyChains } from '../../store/verify.ts';
import { call, openWorld, TODAY, type TestStudent, type TestWorld } from '../world/world.ts';

const TRUANCY = ['2021-09-01', '2021-09-02', '2021-09-03'];
let world: TestWorld;
let students: TestStudent[];
beforeAll(async () => {
  world = await openWorld();
  students = await Promise.all(Array.from({ length: 4 }, () => world.opened()));
  for (const student of students) await world.give(student, call(), { text: 'said' });
  const [first] = students;
  await world.stand(first!, { absences: 18, truancy: TRUANCY });
  await world.quiet();
  await world.rowsFor(first!, TRUANCY);
  const filed = await world.give(
    first!,
    { kind: 'file_report', events: TRUANCY, filedWith: 'supervisor', on: TODAY },
    { role: 'principal' },
  );
  expect(filed).toMatchObject({ outcome: 'applied' });
});
afterAll(() => world.close());

const states = async (): Promise<unknown[]> => Promise.all(students.map(async (student) => (await world.running(student)).state));

test('when the engine has lost every case, each begins again in the state it had', async () => {
  const before = await states();
  for (const student of students) await world.handle(student).terminate('lost');
  const heard: string[] = [];
  expect(await rebuildCases(world.sender, { onCase: (caseId) => heard.push(caseId) })).toEqual({ cases: 4, restarted: 4, running: 0 });
  expect(heard.sort()).toEqual(students.map(({ caseId }) => caseId).sort());
  expect(await states()).toEqual(before);
  // Life goes on.
  expect(await world.give(students[0]!, call())).toMatchObject({ outcome: 'applied' });
  expect((await verifyChains(world.db.worker)).broken).toEqual([]);
});

test('a case that runs is left alone, or replaced if that is asked for', async () => {
  const runs = (): Promise<string[]> => Promise.all(students.map(async (student) => (await world.handle(student).describe()).runId));
  const before = await runs();
  expect(await rebuildCases(world.sender)).toEqual({ cases: 4, restarted: 0, running: 4 });
  expect(await runs()).toEqual(before);
  expect(await rebuildCases(world.sender, { replace: true })).toEqual({ cases: 4, restarted: 4, running: 0 });
  expect((await runs()).every((run) => !before.includes(run))).toBe(true);
});

const TABLES = ['attendance_case', 'case_task', 'case_action', 'truancy_report', 'truancy_report_event'];
const contents = async (): Promise<unknown[]> =>
  Promise.all(
    TABLES.map(
      async (table) =>
        (await world.db.owner.raw<{ rows: unknown[] }>(`SELECT to_jsonb(t) - 'tick_next_try_at' AS row FROM ${table} t ORDER BY 1`)).rows,
    ),
  );

test('the read tables are remade from the events, and the frozen rows stay what they were', async () => {
  const before = await contents();
  // What a report rests on has been corrected since; the report's basis has not.
  await world.db.owner('attendance_day').update({ excuse: 'excused' });
  await world.db.owner('case_task').update({ title: 'nonsense' });
  await world.db.owner('case_action').delete();
  const { cases, events } = await rebuildReadTables(world.db.owner);
  expect(cases).toBe(4);
  expect(events).toBe((await Promise.all(students.map((student) => world.events(student)))).flat().length);
  expect(await contents()).toEqual(before);
});
