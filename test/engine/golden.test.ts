import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { ROLL_AFTER } from '../../activities/send.ts';
import { dataConverter } from '../../bin/engine/connect.ts';
import { servers } from '../world/database.ts';
import { openWorld } from '../world/world.ts';
import { climbOnEngine, rehearse } from './engine-climb.ts';
import { GOLDEN_KEY } from './golden-key.ts';

/**
 * Golden histories: what running cases have lived through under each release. A change of workflow code that does not replay them would
 * leave cases stuck, so it does not land. A release records its own: `ROLLBOOK_RECORD_HISTORIES=0.2.0 npm run test:fast -- golden`.
 */
const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));
/** On one line, and without the name of the machine that recorded it. */
const compact = (history: History): string =>
  JSON.stringify(JSON.parse(historyToJSON(history), (key, value: unknown) => (key === 'identity' ? 'recorder' : value)));

const release = process.env['ROLLBOOK_RECORD_HISTORIES'];

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));

if (release)
  test('records the histories of this release', async () => {
    for (const ground of ['habitual_truant', 'chronic_absentee'] as const) {
      const world = await openWorld({ rollAfter: ROLL_AFTER, payloadKey: GOLDEN_KEY });
      const student = await world.enroll();
      await climbOnEngine(world, student, rehearse(ground).told);
      const folder = `${FOLDER}${release}`;
      mkdirSync(folder, { recursive: true });
      const histories: History[] = [];
      for (let runId: string | null | undefined; ;) {
        const history = await world.client.workflow.getHandle(`case/${student.caseId}`, runId ?? undefined).fetchHistory();
        histories.unshift(history);
        runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
        if (!runId) break;
      }
      histories.forEach((history, index) => writeFileSync(`${folder}/${ground}-${index + 1}.json`, compact(history)));
      await world.close();
    }
  }, 300_000);

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
