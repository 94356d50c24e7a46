import { Worker } from '@temporalio/worker';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Message } from '../cases/messages.ts';
import type { CaseInput } from '../activities/contract.ts';
import { ROLL_AFTER } from '../activities/send.ts';
import { dataConverter } from '../bin/engine/connect.ts';
import { pack } from '../cases/index.ts';
import type { attendanceCase } from '../workflows/attendance-case.ts';
import { climbOnEngine, rehearse } from '../test/engine/engine-climb.ts';
import { PaperCase } from '../test/cases/paper-case.ts';
import { servers } from '../test/world/database.ts';
import { openWorld } from '../test/world/world.ts';
import { median, pooled } from './pooled.ts';
import { startChild } from './processes.ts';

/**
 * What a case takes while a worker holds it: growth of the worker's memory in use from `few` cases to `many`, a case. Each of them has
 * just begun, or has climbed all the way to SARB.
 * @returns bytes
 */
export async function memoryOfCachedCase(which: 'begun' | 'climbed', { few, many }: { few: number; many: number }): Promise<number> {
  const world = await openWorld({ worker: false });
  const { paper, last } = which === 'climbed' ? climbed() : begun();
  const { at, day } = last.time;
  const child = await startChild(
    './cached-worker.ts',
    [],
    {
      TEMPORAL_ADDRESS: world.engine.address,
      TEMPORAL_NAMESPACE: world.engine.namespace,
      ROLLBOOK_PAYLOAD_KEY: world.engine.payloadKey,
    },
    ['--import', 'tsx', '--expose-gc'],
  );
  try {
    const open = (n: number): Promise<void> => {
      const ids = Array.from({ length: n }, () => crypto.randomUUID());
      return pooled(ids, 20, async (caseId) => {
        const time = { at, day, offset: Date.parse(at) - Date.now() };
        const input: CaseInput = {
          caseId,
          state: { ...paper.state, caseId },
          ladder: pack(paper.ladder),
          time,
          rollAfter: ROLL_AFTER,
        };
        const handle = await world.client.workflow.start<typeof attendanceCase>('attendanceCase', {
          workflowId: `case/${caseId}`,
          taskQueue: 'case',
          args: [input],
        });
        // Its answer says that the worker has it.
        await handle.query('state');
      });
    };
    await open(few);
    const before = await child.ask<number>({});
    await open(many - few);
    return ((await child.ask<number>({})) - before) / (many - few);
  } finally {
    await child.stop();
    await world.close();
  }
}

function climbed(): { paper: PaperCase; last: Message } {
  const paper = rehearse('habitual_truant');
  return { paper, last: paper.told.at(-1)!.message };
}

function begun(): { paper: PaperCase; last: Message } {
  const { message } = rehearse('habitual_truant').told[0]!;
  const paper = new PaperCase();
  paper.send(message);
  return { paper, last: message };
}

export interface Waking {
  /** Milliseconds of processor time, the median of all wakings. */
  cpuMs: number;
  events: number;
}

/**
 * What it costs a worker to wake a case that it does not hold: the history of its run is replayed from the first event. The longest run
 * of a climb to SARB is taken, the most that a case of one school year can ask for.
 */
export async function wakingCase({ times }: { times: number }): Promise<Waking> {
  const world = await openWorld();
  try {
    const student = await world.enroll();
    await climbOnEngine(world, student, rehearse('habitual_truant').told);
    const runs: { json: string; events: number }[] = [];
    for (let runId: string | undefined; ;) {
      const history = await world.client.workflow.getHandle(`case/${student.caseId}`, runId).fetchHistory();
      runs.push({ json: historyToJSON(history), events: history.events?.length ?? 0 });
      const earlier = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
      if (!earlier) break;
      runId = earlier;
    }
    const longest = runs.reduce((a, b) => (b.events > a.events ? b : a));
    const options = { workflowBundle: { codePath: servers().bundle }, dataConverter: dataConverter(world.engine.payloadKey) };
    const histories = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ workflowId: `replay-${n}`, history: JSON.parse(longest.json) as unknown }));
    const costs: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = process.cpuUsage();
      for await (const { error } of Worker.runReplayHistories(options, histories(times))) if (error) throw error;
      const { user, system } = process.cpuUsage(before);
      costs.push((user + system) / 1_000);
    }
    // Starting the replaying worker costs too; one waking is what a further history adds.
    const one: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = process.cpuUsage();
      for await (const { error } of Worker.runReplayHistories(options, histories(1))) if (error) throw error;
      const { user, system } = process.cpuUsage(before);
      one.push((user + system) / 1_000);
    }
    return { cpuMs: (median(costs) - median(one)) / (times - 1), events: longest.events };
  } finally {
    await world.close();
  }
}
