import { Worker, type WorkerOptions } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { createCaseActivities, type CaseDependencies } from '../../activities/case.ts';
import { createDistrictActivities } from '../../activities/district.ts';
import { startRelay } from '../../activities/relay.ts';
import type { Pending } from '../../store/outbox.ts';
import type { Database } from '../../store/database.ts';
import { connectClient, connectWorker, dataConverter, type EngineAddress } from './connect.ts';

export interface DistrictWorkerOptions extends EngineAddress {
  /** Connected as `rollbook_worker`. */
  db: Database;
  samplesDir: string;
  /** A prebuilt workflow bundle; absent: bundled now. */
  bundle?: string;
  rollAfter?: number;
  afterCommit?: CaseDependencies['afterCommit'];
  /** Hears of a message that could not be sent, or (null) that none could be looked for; both are tried again. */
  failed?: (message: Pending | null, error: unknown) => void;
  /** False: no relay runs in this worker. */
  relay?: boolean;
  /** Cases kept warm in memory; 2,000 if absent. */
  cachedCases?: number;
}

export interface DistrictWorker {
  /** Rejects when a worker fails for good. */
  running: Promise<void>;
  stop(): Promise<void>;
}

/** A case costs some tens of kilobytes of memory. */
const CACHED_CASES = 2_000;

/**
 * One district's worker: the queues `case` and `ingest`, and the relay. Several of them can run at once, on one machine or many.
 */
export async function startWorker(options: DistrictWorkerOptions): Promise<DistrictWorker> {
  const { db, namespace, payloadKey, samplesDir, failed = () => undefined } = options;
  const connection = await connectWorker(options);
  const { client, close } = await connectClient(options);
  const workflows: Partial<WorkerOptions> = options.bundle
    ? { workflowBundle: { codePath: options.bundle } }
    : { workflowsPath: fileURLToPath(new URL(`../../workflows/index${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)) };
  const common = { connection, namespace, dataConverter: dataConverter(payloadKey), ...workflows, shutdownGraceTime: '10s', shutdownForceTime: '15s' } satisfies Partial<WorkerOptions>;
  const cases = await Worker.create({
    ...common,
    taskQueue: 'case',
    activities: createCaseActivities({ db, ...(options.afterCommit ? { afterCommit: options.afterCommit } : {}) }),
    maxCachedWorkflows: options.cachedCases ?? CACHED_CASES,
    maxConcurrentActivityTaskExecutions: 20,
  });
  const ingest = await Worker.create({
    ...common,
    taskQueue: 'ingest',
    activities: createDistrictActivities({ db, samplesDir }),
    maxCachedWorkflows: 10,
    maxConcurrentActivityTaskExecutions: 2,
  });
  const workers = [cases, ingest];
  const running = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  // A failure is heard by whoever awaits `running`; it must not end the process before.
  running.catch(() => undefined);
  const sender = { client, db, ...(options.rollAfter ? { rollAfter: options.rollAfter } : {}) };
  const relay = options.relay === false ? null : startRelay({ ...sender, failed });
  return {
    running,
    stop: async () => {
      await relay?.stop();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running.catch(() => undefined);
      await close();
      await connection.close();
    },
  };
}
