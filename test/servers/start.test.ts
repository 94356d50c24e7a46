import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Ports } from '../../bin/data-directory.ts';
import { freePort, isAlive } from '../../bin/processes.ts';
import { NO_DATABASE, refused, ROLLBOOK, surroundings } from './rollbook.ts';
import { openFolder } from '../world/folder.ts';

/**
 * `rollbook start` where something is in its way. One start is killed in the middle of making its files and then succeeds on the same
 * directory, with both of its stored ports taken meanwhile.
 */
let folder: string;
let data: string;
let port: number;
let service: ChildProcess;
const taken: Server[] = [];

beforeAll(async () => {
  folder = openFolder('start');
  data = join(folder, 'data');
  port = await freePort();
});

afterAll(async () => {
  for (const server of taken) server.close();
  if (isRunning(service)) {
    service.kill('SIGINT');
    await ended(service);
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Takes a port as another program would: some free one, and this one if it is named. @returns the port */
async function take(wished = 0): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  taken.push(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(wished, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function begin(): ChildProcess {
  return spawn(process.execPath, [ROLLBOOK, '--data', data, 'start', '--empty', '--port', String(port)], {
    env: surroundings(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function isRunning(child: ChildProcess | undefined): boolean {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

async function ended(child: ChildProcess): Promise<void> {
  if (isRunning(child)) await new Promise((resolve) => child.once('exit', resolve));
}

function storedPorts(): Ports {
  return JSON.parse(readFileSync(join(data, 'ports.json'), 'utf8')) as Ports;
}

function start(dir: string, change: { port?: number } = {}): Promise<{ code: unknown; told: string }> {
  return refused(['--data', dir, 'start', '--port', String(change.port ?? port)], NO_DATABASE);
}

describe('what is refused before anything is touched', () => {
  test('a directory with somebody else’s files is refused in one sentence, and nothing is added to it', async () => {
    const dir = join(folder, 'foreign');
    mkdirSync(dir);
    writeFileSync(join(dir, 'thesis.txt'), 'years of work');
    expect(await start(dir)).toEqual({
      code: 1,
      told: `${dir} is not empty and was not made by Rollbook: choose an empty or a new directory with --data DIR.`,
    });
    expect(readdirSync(dir)).toEqual(['thesis.txt']);
  });

  test('a file where the data directory should be is refused in one sentence', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(await start(file)).toEqual({
      code: 1,
      told: `The data directory ${file} cannot be used: it must be a directory that you may read and write. Choose another with --data DIR.`,
    });
  });

  test('a data directory that has lost its secrets is not given new ones', async () => {
    const dir = join(folder, 'lost');
    mkdirSync(join(dir, 'postgres'), { recursive: true });
    expect(await start(dir)).toEqual({
      code: 1,
      told: `${dir} has lost its secrets.json, without which its data cannot be opened: restore that file from a backup.`,
    });
    expect(readdirSync(dir)).toEqual(['postgres']);
  });

  test('a port that is in use is refused in one sentence, and the directory is free for the next start', async () => {
    const dir = join(folder, 'fresh');
    const busy = await take();
    const sentence = { code: 1, told: `Port ${busy} is in use: stop what uses it, or choose another with --port N.` };
    expect(await start(dir, { port: busy })).toEqual(sentence);
    expect(await start(dir, { port: busy })).toEqual(sentence);
    expect(existsSync(join(dir, 'run', 'start.lock'))).toBe(false);
  });
});

test('a first start killed in the middle starts anew, and finds other ports for its servers when its own were taken meanwhile', async () => {
  const cut = begin();
  // In the middle: the files of PostgreSQL are being made and are not yet in their place.
  const drafts = (): string[] => (existsSync(data) ? readdirSync(data).filter((name) => /^postgres\.new-[^.]+$/.test(name)) : []);
  while (!drafts().some((name) => existsSync(join(data, name, 'PG_VERSION')))) {
    expect(isRunning(cut)).toBe(true);
    await wait(2);
  }
  cut.kill('SIGKILL');
  await ended(cut);
  expect(existsSync(join(data, 'postgres'))).toBe(false);

  const before: Ports = { postgres: await take(storedPorts().postgres), temporal: await take() };
  writeFileSync(join(data, 'ports.json'), JSON.stringify(before));

  service = begin();
  let said = '';
  for (const stream of [service.stdout, service.stderr]) stream?.on('data', (piece: Buffer) => (said += piece.toString()));
  while (isRunning(service) && !said.includes('What to do next')) await wait(20);
  expect(said).toContain('What to do next');
  const after = storedPorts();
  expect([before.postgres, before.temporal, undefined]).not.toContain(after.postgres);
  expect([before.postgres, before.temporal, undefined]).not.toContain(after.temporal);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBeLessThan(500);
  expect(drafts()).toEqual([]);
});

test('a second start on the same directory is refused in one sentence, on the same port and on another, and the first goes on', async () => {
  const sentence = {
    code: 1,
    told: `Rollbook already runs on ${data} (process ${service.pid}). Stop it first, or choose another directory with --data DIR.`,
  };
  expect(await start(data)).toEqual(sentence);
  expect(await start(data, { port: await freePort() })).toEqual(sentence);
  expect(isRunning(service)).toBe(true);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBeLessThan(500);
});

test('once the first has been stopped, the directory is free again', async () => {
  const { pid } = JSON.parse(readFileSync(join(data, 'run', 'postgres.pid.json'), 'utf8')) as { pid: number };
  service.kill('SIGINT');
  await ended(service);
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(join(data, 'run', 'start.lock'))).toBe(false);
});
