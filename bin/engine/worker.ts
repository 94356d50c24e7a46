import { bundleWorkflowCode, Worker, type WorkerOptions } from '@temporalio/worker';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createCaseActivities, type CaseDependencies } from '../../activities/case.ts';
import { startDesk } from '../../activities/desk.ts';
import { createDistrictActivities } from '../../activities/district.ts';
import { createFeedActivities, type FeedDependencies } from '../../activities/feeds.ts';
import { createRehearsalActivities } from '../../activities/rehearsals.ts';
import { startRelay } from '../../activities/relay.ts';
import { startStaffMail } from '../../activities/staff-mail.ts';
import type { Channel } from '../../channels/channel.ts';
import { FeedProblem } from '../../attendance/feeds/problem.ts';
import type { Pending } from '../../store/outbox.ts';
import type { Database } from '../../store/database.ts';
import { runPart } from '../rehearsal-parts.ts';
import { connectClient, connectWorker, dataConverter, FAILURE_CONVERTER, type EngineAddress } from './connect.ts';
import { watchForDistrict } from './schedule.ts';

export interface DistrictWorkerOptions extends EngineAddress {
  /** Connected as `rollbook_worker`. */
  db: Database;
  /** How the processes that rehearse connect, as `rollbook_worker` too. */
  databaseUrl: string;
  samplesDir: string;
  /** Gives the secret of a feed that lies at a place; absent: this worker can pull none. */
  secretAt?: FeedDependencies['secretAt'];
  /** How feeds reach their sources; the network as it is if absent. */
  wire?: FeedDependencies['wire'];
  /** A prebuilt workflow bundle; absent: bundled now. */
  bundle?: string;
  /** History events after which an idle case rolls over to a new run. */
  rollAfter?: number;
  /** Cases kept warm in memory; 2,000 if absent. */
  cachedCases?: number;
  /** False: no relay runs in this worker. */
  relay?: boolean;
  afterCommit?: CaseDependencies['afterCommit'];
  /** How messages to staff leave; absent: this worker sends none, and they stay on their pages. */
  mail?: Channel;
  /** Hears of a message to staff that could not be sent, or (null) that none could be looked for; both are tried again. */
  mailFailed?: (messageId: string | null, error: unknown) => void;
  /** Hears of a message that could not be sent, or (null) that none, or no district, could be looked for; all is tried again. */
  failed?: (message: Pending | null, error: unknown) => void;
}

export interface DistrictWorker {
  /** Resolves when it has stopped; rejects when a worker fails for good. */
  running: Promise<void>;
  /** Whether it takes work from its queues. */
  healthy(): boolean;
  /** Lets what is under way end, for at most a quarter of a minute. */
  stop(): Promise<void>;
}

/** A case costs some tens of kilobytes of memory. The cache counts cases, not bytes, so its size is set and not guessed. */
const CACHED_CASES = 2_000;

/**
 * One district's worker: the queues `case`, `ingest`, `feed` and `rehearsal`, the relay, the desk and the mail. Several of them can run at once, on one machine or many.
 */
export async function startWorker(options: DistrictWorkerOptions): Promise<DistrictWorker> {
  const { db, namespace, payloadKey, samplesDir, rollAfter, afterCommit, failed = () => undefined } = options;
  const connection = await connectWorker(options);
  const { client, close } = await connectClient(options);
  const common = {
    connection,
    namespace,
    dataConverter: dataConverter(payloadKey),
    workflowBundle: options.bundle === undefined ? await bundleWorkflows() : { codePath: options.bundle },
    shutdownGraceTime: '10s',
    shutdownForceTime: '15s',
  } satisfies Partial<WorkerOptions>;
  const feeds = createFeedActivities({ db, secretAt: options.secretAt ?? noSecrets, ...(options.wire ? { wire: options.wire } : {}) });
  const rehearsals = createRehearsalActivities({
    db,
    replay: (input, { signal, progress }) => runPart(options.databaseUrl, input, signal, progress),
  });
  const { workflowBundle: _none, ...activitiesOnly } = common;
  const workers = [
    await Worker.create({
      ...common,
      taskQueue: 'case',
      activities: createCaseActivities({ db, ...(afterCommit ? { afterCommit } : {}) }),
      maxCachedWorkflows: options.cachedCases ?? CACHED_CASES,
      maxConcurrentActivityTaskExecutions: 20,
    }),
    await Worker.create({
      ...common,
      taskQueue: 'ingest',
      activities: { ...createDistrictActivities({ db, samplesDir }), ...feeds },
      maxCachedWorkflows: 10,
      maxConcurrentActivityTaskExecutions: 2,
    }),
    // Reading a source takes long and costs little; imports must not wait for it.
    await Worker.create({ ...activitiesOnly, taskQueue: 'feed', activities: feeds, maxConcurrentActivityTaskExecutions: 4 }),
    // Each part takes a processor for itself.
    await Worker.create({
      ...activitiesOnly,
      taskQueue: 'rehearsal',
      activities: rehearsals,
      maxConcurrentActivityTaskExecutions: availableParallelism(),
    }),
  ];
  const district = await watchForDistrict(client, db, { failed: (error) => failed(null, error) });
  const running = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  // A failure is heard by whoever awaits `running`; it must not end the process before.
  running.catch(() => undefined);
  const relay = options.relay === false ? null : startRelay({ client, db, failed, ...(rollAfter === undefined ? {} : { rollAfter }) });
  const desk = startDesk({ db, failed: (_command, error) => failed(null, error) });
  const mail = options.mail ? startStaffMail({ db, channel: options.mail, failed: options.mailFailed ?? (() => undefined) }) : null;
  return {
    running,
    healthy: () => workers.every((worker) => worker.getState() === 'RUNNING'),
    stop: async () => {
      await district.stop();
      await relay?.stop();
      await desk.stop();
      await mail?.stop();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running.catch(() => undefined);
      await close();
      await connection.close();
    },
  };
}

/** The workflow code in one piece, made once for all workers of a process. */
export async function bundleWorkflows(): Promise<{ code: string }> {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`../../workflows/index${ending}`, import.meta.url)),
    // The rules hold no state of their own: loaded once for all cases of a worker, not once for each.
    preloadModules: [fileURLToPath(new URL(`../../cases/index${ending}`, import.meta.url))],
    failureConverterPath: FAILURE_CONVERTER,
    logger: SILENT,
  });
}

const noSecrets = (): Promise<string> => Promise.reject(new FeedProblem('This worker knows of no secrets.', false));

const nothing = (): void => undefined;
const SILENT = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
