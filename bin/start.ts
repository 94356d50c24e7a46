import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CannotStart } from './cannot-start.ts';
import { openDataDirectory, writePrivate, type DataDirectory } from './data-directory.ts';
import { readPeople } from './people.ts';
import { freePort, portIsFree } from './processes.ts';
import { loadSample } from './sample.ts';
import { beginPast, makePast } from './sample-past.ts';
import { DEFAULT_SAMPLE, prepareSample, type Sample, type Size } from './sample/prepare.ts';
import { startPostgres } from './servers/postgres.ts';
import { findTemporalCli } from './servers/temporal-cli.ts';
import { startTemporal } from './servers/temporal.ts';
import { startText } from './start-text.ts';
import { runSelf, Supervisor } from './supervise.ts';
import { openDatabase } from '../store/database.ts';
import { districtTime } from '../store/clock.ts';
import { migrate, urlFor } from '../store/migrate.ts';

export interface StartOptions {
  dataDir: string;
  defaultDataDir: boolean;
  port: number;
  /** Start without a district. */
  empty: boolean;
  /** The sample to load; absent: the one that is there, or the one that is shown to a stranger. */
  sample?: string;
  /** How large the generated sample is to be. */
  size: Size;
  /** Offer Temporal's own web page on this port. */
  temporalUi?: number;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
}

/** What a running start tells the other commands, in `run/service.json`. */
export interface ServiceInfo {
  url: string;
  ownerUrl: string;
  workerUrl: string;
  temporalAddress: string;
  namespace: string;
}

const PARTS = ['api', 'worker', 'temporal', 'postgres'];

/**
 * From nothing to a living district: servers, schema, worker, API, and at the first start the sample. Uses the servers named by
 * DATABASE_URL and TEMPORAL_ADDRESS instead, where they are set.
 * @returns a way to stop it all
 * @throws CannotStart with one sentence saying what is wrong and what to do
 */
export async function start(options: StartOptions): Promise<{ stop(): Promise<void> }> {
  const { env, port } = options;
  const began = performance.now();
  const say = (line: string): void => options.say(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  const data = openDataDirectory(options.dataDir);
  const supervisor = new Supervisor(data.file('run'), say);
  const stop = async (): Promise<void> => {
    await supervisor.stop();
    data.release();
  };
  try {
    await supervisor.endLeftovers(PARTS);
    if (!(await portIsFree(port))) throw new CannotStart(`Port ${port} is in use: stop what uses it, or choose another with --port N.`);
    const ownerUrl = env['DATABASE_URL'] ?? (await ownPostgres(data, supervisor, say));
    const temporalAddress = env['TEMPORAL_ADDRESS'] ?? (await ownTemporal(data, supervisor, options, say));
    const applied = await migrate({ ownerUrl, workerPassword: data.secrets.workerPassword, apiPassword: data.secrets.apiPassword }).catch(
      (error: Error) => {
        throw new CannotStart(
          `The database cannot be brought up to date (${error.message}): see that DATABASE_URL names a PostgreSQL 18 whose user may create roles and tables.`,
        );
      },
    );
    say(applied.length ? `The database is up to date, ${applied.length} migrations applied.` : 'The database is up to date.');
    const namespace = env['TEMPORAL_NAMESPACE'] ?? 'default';
    const sample = sampleFor(options, await districtOf(ownerUrl), data, say);
    const workerUrl = urlFor(ownerUrl, 'rollbook_worker', data.secrets.workerPassword);
    const made = sample?.past && !options.empty ? await makePast({ dataDir: data.path, ownerUrl, workerUrl, sample, log: say }) : false;
    const payloadKey = env['ROLLBOOK_PAYLOAD_KEY'] ?? data.secrets.payloadKey;
    const common = {
      ...env,
      TZ: 'UTC',
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_NAMESPACE: namespace,
      ROLLBOOK_PAYLOAD_KEY: payloadKey,
      ROLLBOOK_FEED_SECRETS: env['ROLLBOOK_FEED_SECRETS'] ?? data.file('feed-secrets'),
      ...(sample ? { ROLLBOOK_SAMPLES: dirname(sample.folder) } : {}),
    };
    await supervisor.add('worker', (ending) =>
      runSelf('worker', { ...common, DATABASE_URL: workerUrl }, data.file('logs', 'worker.log'), ending),
    );
    say('The worker is running.');
    if (made) await beginPast(workerUrl, { address: temporalAddress, namespace, payloadKey }, say);
    const apiUrl = urlFor(ownerUrl, 'rollbook_api', data.secrets.apiPassword);
    await supervisor.add('api', (ending) =>
      runSelf('api', { ...common, DATABASE_URL: apiUrl, ROLLBOOK_PORT: String(port) }, data.file('logs', 'api.log'), ending),
    );
    say('The API is running.');
    const url = `http://127.0.0.1:${port}`;
    const info: ServiceInfo = { url, ownerUrl, workerUrl, temporalAddress, namespace };
    writePrivate(data.file('run', 'service.json'), info);
    if (sample && !options.empty) await loadSample({ dataDir: data.path, apiUrl: url, ownerUrl, sample, log: say });
    options.say('');
    options.say(
      startText({
        url,
        dataDir: data.path,
        district: await districtOf(ownerUrl),
        people: await readPeople(data.path),
        defaultDataDir: options.defaultDataDir,
      }),
    );
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The sample that this start serves; null for none. A district of one's own is never joined by a sample. */
function sampleFor(options: StartOptions, known: District | null, data: DataDirectory, say: (line: string) => void): Sample | null {
  if (known ? known.sample === null : options.empty) return null;
  const there = known?.sample ?? DEFAULT_SAMPLE;
  return prepareSample(options.sample ?? there, data.path, options.size, say);
}

async function ownPostgres(data: DataDirectory, supervisor: Supervisor, say: (line: string) => void): Promise<string> {
  const port = await freePort(data.ports.postgres);
  data.ports.postgres = port;
  data.savePorts(data.ports);
  let url = '';
  await supervisor.add('postgres', async () => {
    const server = await startPostgres({
      dir: data.file('postgres'),
      port,
      password: data.secrets.ownerPassword,
      logFile: data.file('logs', 'postgres.log'),
      say,
    });
    url = server.url;
    return server;
  });
  say('PostgreSQL 18 is running.');
  return url;
}

async function ownTemporal(
  data: DataDirectory,
  supervisor: Supervisor,
  options: StartOptions,
  say: (line: string) => void,
): Promise<string> {
  const { env } = options;
  const cli = await findTemporalCli({
    configured: env['ROLLBOOK_TEMPORAL_CLI'],
    searchPath: env['PATH'] ?? '',
    cacheDir: join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rollbook'),
    say,
  });
  const port = await freePort(data.ports.temporal);
  data.ports.temporal = port;
  data.savePorts(data.ports);
  const address = `127.0.0.1:${port}`;
  await supervisor.add('temporal', () =>
    startTemporal({
      cli: cli.path,
      port,
      dbFile: data.file('temporal.db'),
      namespaces: ['default'],
      logFile: data.file('logs', 'temporal.log'),
      ...(options.temporalUi ? { uiPort: options.temporalUi } : {}),
    }),
  );
  say(`Temporal is running (CLI ${cli.version}, ${cli.way}).`);
  return address;
}

interface District {
  name: string;
  day: string;
  live: boolean;
  sample: string | null;
}

async function districtOf(ownerUrl: string): Promise<District | null> {
  const db = openDatabase(ownerUrl, { name: 'rollbook start', max: 1 });
  try {
    const district = await db('district').first<Omit<District, 'day'> | undefined>('name', 'live', 'sample');
    return district ? { ...district, day: (await districtTime(db)).day } : null;
  } finally {
    await db.destroy();
  }
}
