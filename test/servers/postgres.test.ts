import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { freePort, isAlive } from '../../bin/processes.ts';
import { startPostgres, type Postgres } from '../../bin/servers/postgres.ts';
import { openFolder } from '../world/folder.ts';

/** The embedded PostgreSQL, as it is found after the worst: one cluster, which each test leaves stopped and whole. */
let folder: string;
let port: number;

beforeAll(async () => {
  folder = openFolder('postgres');
  port = await freePort();
  await (await started()).stop();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function started(change: { dir?: string; port?: number; password?: string } = {}): Promise<Postgres> {
  return startPostgres({ dir: cluster(), port, password: 'first', logFile: join(folder, 'postgres.log'), ...change });
}

function cluster(): string {
  return join(folder, 'postgres');
}

async function ask(server: Postgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What a start that fails says. */
async function complaint(starting: Promise<Postgres>): Promise<string> {
  try {
    await (await starting).stop();
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  }
  return 'it started';
}

/** The initdb that makes a cluster for this directory. */
function initdbOn(dir: string): number {
  const listing = execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' });
  const line = listing.split('\n').find((text) => text.includes(`/initdb -D ${dir}`));
  return Number(line?.trim().split(' ')[0] ?? 0);
}

test('PostgreSQL killed with kill -9 starts again at once, with everything that was committed', async () => {
  const before = await started();
  await ask(before, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
  const busy = new pg.Client({ connectionString: before.url });
  busy.on('error', () => undefined);
  await busy.connect();
  // A statement under way keeps a process of the dead server alive for as long as it runs.
  const running = busy.query('SELECT count(*) FROM generate_series(1, 30000000)').catch(() => undefined);
  process.kill(before.pid, 'SIGKILL');
  await before.ended;
  const after = await started();
  try {
    expect(await ask(after, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }]);
    expect(after.pid).not.toBe(before.pid);
  } finally {
    await after.stop();
    await running;
    await busy.end().catch(() => undefined);
  }
});

test('a server that outlived its supervisor is ended before the next one starts', async () => {
  const before = await started();
  const after = await started({ port: await freePort() });
  try {
    expect(isAlive(before.pid)).toBe(false);
    expect(await ask(after, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  } finally {
    await after.stop();
  }
});

test('a program that has the dead server’s number by now is left alone, and does not keep PostgreSQL from starting', async () => {
  // Of the same user as PostgreSQL, which asks only whether it may signal that number.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const stranger = spawn('sleep', ['600'], { stdio: 'ignore', ...user });
  try {
    writeFileSync(join(cluster(), 'postmaster.pid'), `${stranger.pid}\n${cluster()}\n1600000000\n${port}\n`);
    const server = await started();
    await server.stop();
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  } finally {
    stranger.kill('SIGKILL');
  }
});

test('a first start whose initdb was killed says so in one sentence, and the next start makes the files anew', async () => {
  const dir = join(folder, 'half');
  const drafts = (): string[] => readdirSync(folder).filter((name) => name.startsWith('half'));
  const starting = complaint(started({ dir }));
  while (!drafts().some((name) => existsSync(join(folder, name, 'PG_VERSION')))) await wait(2);
  process.kill(initdbOn(dir), 'SIGKILL');
  expect(await starting).toMatch(/^CannotStart: PostgreSQL could not make its files/);
  expect(existsSync(dir)).toBe(false);
  const server = await started({ dir });
  try {
    expect(await ask(server, 'SELECT count(*)::int AS n FROM pg_database')).toEqual([{ n: 3 }]);
    expect(drafts()).toEqual(['half']);
  } finally {
    await server.stop();
  }
});

test('files of another major version are left as they are, and the sentence says how to bring them over', async () => {
  const file = join(cluster(), 'PG_VERSION');
  const version = readFileSync(file, 'utf8');
  writeFileSync(file, '17\n');
  try {
    expect(await complaint(started())).toBe(
      `CannotStart: ${cluster()} holds files of PostgreSQL 17, not 18: dump it with that version and load the dump into a new data directory.`,
    );
  } finally {
    writeFileSync(file, version);
  }
  expect(await complaint(started())).toBe('it started');
});

test('a directory with other files in it is refused, and keeps them', async () => {
  const dir = join(folder, 'foreign');
  mkdirSync(dir);
  writeFileSync(join(dir, 'thesis.txt'), 'years of work');
  expect(await complaint(started({ dir }))).toBe(
    `CannotStart: ${dir} was not made by Rollbook or is damaged: move it away, or choose another directory with --data DIR.`,
  );
  expect(readFileSync(join(dir, 'thesis.txt'), 'utf8')).toBe('years of work');
});

test('a cluster without its PG_VERSION is called damaged and is not made anew over the data', async () => {
  const file = join(cluster(), 'PG_VERSION');
  const version = readFileSync(file, 'utf8');
  rmSync(file);
  try {
    expect(await complaint(started())).toMatch(/^CannotStart: .* was not made by Rollbook or is damaged: move it away/);
  } finally {
    writeFileSync(file, version);
  }
  expect(await complaint(started())).toBe('it started');
});

test('a password that is not the files’ own is told at once, and no server is left running', async () => {
  expect(await complaint(started({ password: 'second' }))).toBe(
    'CannotStart: PostgreSQL’s files have another password than secrets.json: restore both from the same backup.',
  );
  expect(existsSync(join(cluster(), 'postmaster.pid'))).toBe(false);
}, 10_000);

test('a port that is taken between the choice and the start ends in one sentence that names the log', async () => {
  const other = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    expect(await complaint(started({ port: (other.address() as AddressInfo).port }))).toBe(
      `CannotStart: PostgreSQL ended while starting; its last words are in ${join(folder, 'postgres.log')}.`,
    );
    expect(readFileSync(join(folder, 'postgres.log'), 'utf8')).toContain('Address already in use');
  } finally {
    other.close();
  }
});
