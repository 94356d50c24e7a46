import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { servers } from './database.ts';
import type { TestWorld } from './world.ts';
import { openFolder } from './folder.ts';

const WORKER = fileURLToPath(new URL('../engine/worker-process.ts', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));

/** A worker of a world, in a process of its own. */
export interface KilledWorker {
  /** As `kill -9` does; returns when it is gone. */
  kill(): Promise<void>;
}

/** Starts a worker's process and waits until it works. @param more.mail address of a mail server */
export async function startWorkerToKill({ db, engine }: TestWorld, more: { mail?: string } = {}): Promise<KilledWorker> {
  const folder = openFolder('worker');
  const place = join(folder, 'place.json');
  writeFileSync(place, JSON.stringify({ databaseUrl: db.workerUrl, ...engine, samplesDir: SAMPLES, bundle: servers().bundle, ...more }));
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code} before it worked`)));
  });
  rmSync(folder, { recursive: true });
  return {
    kill: () => {
      child.kill('SIGKILL');
      return gone;
    },
  };
}
