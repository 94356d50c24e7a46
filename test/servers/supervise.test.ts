import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { endProcess, freePort, isAlive } from '../../bin/processes.ts';
import { runSelf, Supervisor, type Running } from '../../bin/supervise.ts';
import { NO_DATABASE, surroundings } from './rollbook.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-supervise-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A part that runs well until it is ended. */
function part(): Running {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const pid = child.pid ?? 0;
  return { pid, ended, stop: () => endProcess(pid, [['SIGKILL', 1_000]]) };
}

/** A process that has ended and that its parent, which runs on, never asks for: what a kill leaves in many a container. */
async function uncollected(): Promise<{ pid: number; parent: ChildProcess }> {
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  return { pid: Number(said.toString()), parent };
}

function workersOfOurs(): string[] {
  const listing = execFileSync('ps', ['-axo', 'ppid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return listing.filter((line) => line.trim().startsWith(`${process.pid} `) && line.includes('rollbook.mjs worker'));
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !holds(); await wait(10)) if (performance.now() > end) throw new Error('it did not come');
}

test('a part that ends is started again, and stopping ends the new one', async () => {
  const supervisor = new Supervisor(folder, () => undefined);
  const started: number[] = [];
  const first = await supervisor.add('api', () => {
    const running = part();
    started.push(running.pid);
    return Promise.resolve(running);
  });
  process.kill(first.pid, 'SIGKILL');
  await until(() => started.length === 2);
  await supervisor.stop();
  expect(started.map(isAlive)).toEqual([false, false]);
});

test('stopping while a worker is being started again, with no engine to reach, ends that worker and comes to an end', async () => {
  const log = join(folder, 'worker.log');
  const env = {
    ...surroundings(NO_DATABASE),
    TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`,
    ROLLBOOK_PAYLOAD_KEY: Buffer.alloc(32).toString('base64'),
  };
  const supervisor = new Supervisor(folder, () => undefined);
  let starts = 0;
  const first = await supervisor.add('worker', (ending) =>
    starts++ === 0 ? Promise.resolve(part()) : runSelf('worker', env, log, ending),
  );
  process.kill(first.pid, 'SIGKILL');
  await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('refused'));
  await supervisor.stop();
  expect(workersOfOurs()).toEqual([]);
}, 20_000);

test('a process that has ended counts as gone, also while nobody has collected it', async () => {
  const { pid, parent } = await uncollected();
  try {
    await until(() => !isAlive(pid));
    // It is still listed, or this would show nothing.
    if (process.platform === 'linux') expect(() => process.kill(pid, 0)).not.toThrow();
    expect(isAlive(parent.pid ?? 0)).toBe(true);
  } finally {
    parent.kill('SIGKILL');
  }
});

test('a worker that is told to end before it is ready leaves no process', async () => {
  const log = join(folder, 'told.log');
  const ending = new AbortController();
  const starting = runSelf('worker', surroundings(NO_DATABASE), log, ending.signal);
  expect(workersOfOurs()).toHaveLength(1);
  ending.abort();
  await expect(starting).rejects.toMatchObject({ name: 'CannotStart' });
  expect(workersOfOurs()).toEqual([]);
}, 20_000);
