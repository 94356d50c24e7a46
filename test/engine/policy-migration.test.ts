import { Worker } from '@temporalio/worker';
import type { Transition } from '../../activities/contract.ts';
import { rebuildCases, rebuildReadTables } from '../../activities/rebuild.ts';
import { dataConverter } from '../../bin/engine/connect.ts';
import type { Action } from '../../cases/actions.ts';
import type { Command } from '../../cases/messages.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { shippedPolicyText } from '../../policy/index.ts';
import { putPolicyInForce, recordPolicy } from '../../store/policy-store.ts';
import { verifyChains } from '../../store/verify.ts';
import { policyOf, secondVersionText } from '../policy/second-version.ts';
import { servers } from '../world/database.ts';
import { call, openWorld, type GivenCommand, type TestStudent, type TestWorld } from '../world/world.ts';
import { GOLDEN_KEY } from './golden-key.ts';

const second = policyOf(secondVersionText()).ladder;
const first = policyOf(shippedPolicyText('lausd')).ladder;
const BY: GivenCommand = { role: 'attendance_supervisor', text: 'resolution of the board' };
const to = ({ policy }: Ladder): Command => ({ kind: 'migrate_policy', to: policy });

let world: TestWorld;
let afterCommit: (transition: Transition) => void | Promise<void> = () => undefined;
beforeAll(async () => {
  world = await openWorld({ payloadKey: GOLDEN_KEY, rollAfter: 40, afterCommit: (transition) => afterCommit(transition) });
  await recordPolicy(world.db.owner, { document: secondVersionText(), ladder: second });
});
afterEach(() => {
  afterCommit = () => undefined;
});
afterAll(() => world.close());

const versionOf = async ({ caseId }: TestStudent): Promise<number> =>
  (await world.db.owner('attendance_case').where({ case_id: caseId }).first<{ policy_version: number }>('policy_version')).policy_version;
const open = async ({ caseId }: TestStudent): Promise<string[]> =>
  world.db.owner('case_task').where({ case_id: caseId, status: 'open' }).orderBy('task').pluck('task');

test('a case goes on under the new version, in its row, its tasks and its workflow', async () => {
  const student = await world.opened(26);
  expect(await open(student)).toContain('act');
  expect(await world.give(student, to(second), BY)).toMatchObject({ outcome: 'applied' });
  expect(await versionOf(student)).toBe(2);
  expect(await open(student)).toEqual(expect.arrayContaining(['barriers-asked', 'cost']));
  expect(await open(student)).not.toContain('act');
  const call = { case_id: student.caseId, task: 'teacher-call' };
  expect(await world.db.owner('case_task').where(call).first('owner')).toEqual({ owner: 'case_manager' });
  expect((await world.running(student)).state).toEqual(await world.recorded(student));
  // What only the new version knows can be done now, and what only the old one knew cannot.
  const done: Command = {
    kind: 'document_action',
    on: '2021-10-15',
    time: '10:00',
    task: { task: 'barriers-asked', round: 1 },
    action: { kind: 'follow_up', details: { with: 'psa_counselor' } },
  };
  expect(await world.give(student, done, { role: 'teacher' })).toMatchObject({ outcome: 'applied' });
  const gone: Command = { ...done, task: { task: 'act', round: 1 } };
  expect(await world.give(student, gone)).toMatchObject({ outcome: 'refused', body: { type: 'unknown-task' } });
});

test('it stays on it through new runs, through the loss of the engine, and its histories replay', async () => {
  const student = await world.opened(26);
  await world.give(student, to(second), BY);
  const handle = world.handle(student);
  const { runId } = await handle.describe();
  for (let n = 0; n < 12 && (await handle.describe()).runId === runId; n += 1) await world.give(student, call());
  expect((await handle.describe()).runId).not.toBe(runId);
  await world.give(student, call());
  for (const run of [runId, undefined]) {
    const history = await world.client.workflow.getHandle(`case/${student.caseId}`, run).fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: { codePath: servers().bundle }, dataConverter: dataConverter(GOLDEN_KEY) }, history);
  }
  await handle.terminate('lost');
  await rebuildCases(world.sender);
  await world.stand(student, { absences: 27, truancy: ['2021-09-01', '2021-09-02', '2021-09-03'] });
  await world.quiet();
  expect(await versionOf(student)).toBe(2);
  expect(await open(student)).toContain('truancy-report');
  expect((await world.running(student)).state).toEqual(await world.recorded(student));
});

test('a worker that dies between the commit and its answer moves the case once, and the case knows', async () => {
  const student = await world.opened(26);
  const id = await world.write(student, to(second), BY);
  let deaths = 0;
  afterCommit = (transition) => {
    if (transition.commandId === id && deaths++ < 2) throw new Error('the worker is gone');
  };
  expect(await world.deliver(id)).toMatchObject({ outcome: 'applied' });
  expect(await world.eventsOf(student, 'policy_migrated')).toHaveLength(1);
  expect(await world.give(student, { ...barriers }, { role: 'case_manager' })).toMatchObject({ outcome: 'applied' });
});

const barriers: Command = {
  kind: 'document_action',
  on: '2021-10-15',
  time: '10:00',
  task: { task: 'barriers-asked', round: 1 },
  action: { kind: 'follow_up', details: { with: 'psa_counselor' } },
};

test('a run that began before the case was moved judges by the version of its record', async () => {
  const student = await world.opened(26);
  const stale = (await world.caughtUp(student)).state;
  await world.give(student, to(second), BY);
  await world.handle(student).terminate('test');
  const { rows } = await world.db.owner.raw<{ rows: { ladder: object }[] }>(`SELECT ladder FROM policy_version WHERE version = 1`);
  const time = { at: stale.at, day: stale.day, offset: 0 };
  await world.client.workflow.start('attendanceCase', {
    workflowId: `case/${student.caseId}`,
    taskQueue: 'case',
    args: [{ caseId: student.caseId, state: stale, ladder: rows[0]!.ladder, time, rollAfter: 300 }],
  });
  await world.stand(student, { absences: 27 });
  await world.quiet();
  expect(await world.give(student, barriers)).toMatchObject({ outcome: 'applied' });
});

test('a move while another command is under way has its turn after it, and both are recorded', async () => {
  const student = await world.opened(26);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const before = await world.write(student, call());
  afterCommit = (transition) => (transition.commandId === before ? held : undefined);
  const one = world.deliver(before);
  await world.until('the call is written', async () => (await world.eventsOf(student, 'action_documented')).length === 1);
  const move = world.deliver(await world.write(student, to(second), BY));
  const after = world.deliver(await world.write(student, call()));
  release();
  for (const outcome of await Promise.all([one, move, after])) expect(outcome).toMatchObject({ outcome: 'applied' });
  expect(await versionOf(student)).toBe(2);
  expect((await world.running(student)).state).toEqual(await world.recorded(student));
});

test('the same move given twice is one; given anew it is refused, and so it is to a person who may not', async () => {
  const student = await world.opened(26);
  const id = await world.write(student, to(second), BY);
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => world.deliver(id)));
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  expect(await world.eventsOf(student, 'policy_migrated')).toHaveLength(1);
  expect(await world.give(student, to(second), BY)).toMatchObject({ outcome: 'refused', body: { type: 'already-migrated' } });
  expect(await world.give(student, to(first), { role: 'principal', text: 'please' })).toMatchObject({
    outcome: 'refused',
    body: { type: 'role-not-allowed' },
  });
});

test('a case that begins while another version comes into force begins on that one', async () => {
  const student = await world.enroll();
  // A workflow that was started under the first version, and has nothing to tell yet.
  await world.stand(student, { absences: 9 }, false);
  await world.give(student, { kind: 'supersede_action', action: '00000000-0000-4000-8000-000000000009' });
  await putPolicyInForce(world.db.worker, second.policy, '2021-10-15');
  try {
    await world.send(student);
    await world.quiet();
    expect((await world.recorded(student)).policy).toEqual(second.policy);
    expect((await world.running(student)).state.policy).toEqual(second.policy);
    // The one that was open stays on its own.
    expect(await versionOf(await world.opened(12))).toBe(2);
  } finally {
    await putPolicyInForce(world.db.worker, first.policy, '2021-10-16');
  }
});

test('read tables are remade from the events of moved cases as they were, and every chain holds', async () => {
  const student = await world.opened(26);
  const met: Action = { kind: 'meeting', details: { team: 'act', outcome: 'held', present: ['parent', 'case_manager'] } };
  await world.give(student, { kind: 'document_action', on: '2021-10-15', time: '09:00', task: { task: 'act', round: 1 }, action: met });
  await world.give(student, to(second), BY);
  await world.quiet();
  const contents = async (): Promise<unknown[]> =>
    Promise.all(
      ['attendance_case', 'case_task', 'case_action'].map(
        async (table) =>
          (await world.db.owner.raw<{ rows: unknown[] }>(`SELECT to_jsonb(t) - 'tick_next_try_at' AS row FROM ${table} t ORDER BY 1`)).rows,
      ),
    );
  const before = await contents();
  // Done under the version that asked for it: it keeps its words.
  expect(JSON.stringify(before)).toContain('Abolish Chronic Truancy');
  await rebuildReadTables(world.db.owner);
  expect(await contents()).toEqual(before);
  expect((await verifyChains(world.db.worker)).broken).toEqual([]);
});
