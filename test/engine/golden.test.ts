import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { ROLL_AFTER } from '../../activities/send.ts';
import { dataConverter } from '../../bin/engine/connect.ts';
import { shippedPolicyText } from '../../policy/index.ts';
import type { Command } from '../../cases/messages.ts';
import type { PolicyPin } from '../../policy/ladder.ts';
import { recordPolicy } from '../../store/policy-store.ts';
import { policyOf, secondVersionText } from '../policy/second-version.ts';
import { servers } from '../world/database.ts';
import { call, openWorld, TODAY, type GivenCommand, type TestStudent, type TestWorld } from '../world/world.ts';
import { climbOnEngine, rehearse } from './engine-climb.ts';
import { GOLDEN_KEY } from './golden-key.ts';

/**
 * Golden histories: what running cases have lived through under each release. A change of workflow code that does not replay them would
 * leave cases stuck, so it does not land. A release records its own: `ROLLBOOK_RECORD_HISTORIES=0.2.0 npm run test:fast -- golden`;
 * one life alone with `0.2.0:mid_year`.
 */
const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));
/** On one line, and without the name of the machine that recorded it. */
const compact = (history: History): string =>
  JSON.stringify(JSON.parse(historyToJSON(history), (key, value: unknown) => (key === 'identity' ? 'recorder' : value)));

/** A release, and after a colon one of the lives, where the others are recorded already. */
const [release, only] = (process.env['ROLLBOOK_RECORD_HISTORIES'] ?? '').split(':');

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));

/** What the recorded cases live through: the climb on each ground, a year that was under way when the school came, and a move to another version. */
const LIVES: Record<string, (world: TestWorld, student: TestStudent) => Promise<unknown>> = {
  habitual_truant: (world, student) => climbOnEngine(world, student, rehearse('habitual_truant').told),
  chronic_absentee: (world, student) => climbOnEngine(world, student, rehearse('chronic_absentee').told),
  mid_year: beginMidYear,
  policy_migration: moveToAnotherVersion,
};

if (release)
  test.each(Object.keys(LIVES).filter((name) => only === undefined || name === only))(
    'records the history of this release: %s',
    async (name) => {
      const world = await openWorld({ rollAfter: ROLL_AFTER, payloadKey: GOLDEN_KEY });
      const student = await world.enroll();
      await LIVES[name]!(world, student);
      const folder = `${FOLDER}${release}`;
      mkdirSync(folder, { recursive: true });
      const histories: History[] = [];
      for (let runId: string | null | undefined; ;) {
        const history = await world.client.workflow.getHandle(`case/${student.caseId}`, runId ?? undefined).fetchHistory();
        histories.unshift(history);
        runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
        if (!runId) break;
      }
      histories.forEach((history, index) => writeFileSync(`${folder}/${name}-${index + 1}.json`, compact(history)));
      await world.close();
    },
    300_000,
  );

/** Steps of before come in while the school waits; it is released; one of the steps turns out to be wrong, and the case goes on. */
async function beginMidYear(world: TestWorld, student: TestStudent): Promise<void> {
  const events = ['2021-08-24', '2021-08-25', '2021-08-26'];
  await world.rowsFor(student, events);
  const { delivery_id } = await world.db.owner('delivery').first<{ delivery_id: string }>('delivery_id');
  const row = { student_id: student.studentId, done_by: 'x', delivery_id, file: 'steps.csv', entered_by: 'x', entered_on: TODAY };
  const held = { outcome: 'held', invited: ['parent', 'pupil'], present: ['parent'], channel: 'in_person' };
  const bodies: [record: string, on: string, body: object][] = [
    ['report', '2021-09-10', { kind: 'report', ordinal: 1, filedWith: 'attendance_supervisor', events }],
    ['letter', '2021-09-13', { kind: 'letter', letter: 'letter-1', channel: 'mail', events: null }],
    ['conference', '2021-09-20', { kind: 'conference', details: held }],
    ['meeting', '2021-09-27', { kind: 'meeting', details: { team: 'sst', outcome: 'held', present: ['parent'] } }],
  ];
  const records = await world.db
    .owner('earlier_record')
    .insert(
      bodies.map(([record, on_day, body], line) => ({ ...row, record, on_day, line, body: JSON.stringify(body), content: String(line) })),
    )
    .returning<{ record_id: string; record: string }[]>(['record_id', 'record']);
  const hold = (holds: object[]) =>
    world.db
      .owner('standing')
      .where({ student_id: student.studentId })
      .update({ holds: JSON.stringify(holds), version: world.db.owner.raw('version + 1') });
  await world.stand(student, { absences: 26, truancy: events }, false);
  await hold([{ why: 'school_not_released', since: TODAY }]);
  await world.send(student);
  await world.until('the case has begun', async () => (await world.events(student)).length > 0);
  await hold([]);
  await world.send(student);
  await world.quiet();
  expect((await world.recorded(student)).tasks.find(({ task }) => task === 'sst')?.status).toBe('done');
  const action = records.find(({ record }) => record === 'meeting')!.record_id;
  expect(await world.give(student, { kind: 'supersede_action', action }, { text: 'Another student’s.' })).toMatchObject({
    outcome: 'applied',
  });
  expect(await world.give(student, call())).toMatchObject({ outcome: 'applied' });
}

/** Work is documented under one version, the case is moved to another, refuses to be moved again, and goes on under that one; then back. */
async function moveToAnotherVersion(world: TestWorld, student: TestStudent): Promise<void> {
  const by = { role: 'attendance_supervisor', text: 'resolution of the board' } as const;
  const [first, second] = [shippedPolicyText('lausd'), secondVersionText()].map((text) => policyOf(text).ladder.policy) as [
    PolicyPin,
    PolicyPin,
  ];
  await recordPolicy(world.db.owner, { document: secondVersionText(), ladder: policyOf(secondVersionText()).ladder });
  await world.rowsFor(student, ['2021-09-01', '2021-09-02', '2021-09-03']);
  await world.stand(student, { absences: 26 });
  await world.until('the case has begun', async () => (await world.events(student)).length > 0);
  const give = async (command: Command, expected: string, given: GivenCommand = {}): Promise<void> =>
    expect(await world.give(student, command, given)).toMatchObject({ outcome: expected });
  await give(call(), 'applied');
  await give({ kind: 'migrate_policy', to: second }, 'applied', by);
  await give({ kind: 'migrate_policy', to: second }, 'refused', by);
  const asked: Command = {
    kind: 'document_action',
    on: TODAY,
    time: '10:00',
    task: { task: 'barriers-asked', round: 1 },
    action: { kind: 'follow_up', details: { with: 'case_manager' } },
  };
  await give(asked, 'applied');
  await world.stand(student, { absences: 27, truancy: ['2021-09-01', '2021-09-02', '2021-09-03'] });
  await world.quiet();
  await world.setClock('2021-10-25T17:00:00Z');
  await world.until('a deadline has passed', async () => (await world.eventsOf(student, 'deadline_passed')).length > 0);
  await give({ kind: 'migrate_policy', to: first }, 'applied', by);
  await give(call('2021-10-25'), 'applied');
}

test('there are golden histories, of both grounds and of cases that rolled over', () => {
  expect(files.length).toBeGreaterThanOrEqual(4);
});

test.each(files)('%s replays', async (name) => {
  const history: unknown = JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8'));
  await Worker.runReplayHistory({ workflowBundle: { codePath: servers().bundle }, dataConverter: dataConverter(GOLDEN_KEY) }, history);
});

test('a changed workflow is found: a history whose activity has another name does not replay', async () => {
  const [name] = files;
  const changed = readFileSync(`${FOLDER}${name}`, 'utf8').replaceAll('"recordTransition"', '"recordSomethingElse"');
  await expect(
    Worker.runReplayHistory(
      { workflowBundle: { codePath: servers().bundle }, dataConverter: dataConverter(GOLDEN_KEY) },
      JSON.parse(changed) as unknown,
    ),
  ).rejects.toThrow(/[Nn]ondeterminism/);
});
