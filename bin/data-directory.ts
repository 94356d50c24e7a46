import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { CannotStart } from './cannot-start.ts';
import { isAlive, startTimeOf } from './processes.ts';

/** What was made up at the first start and is kept with the data: without it the data cannot be opened. */
export interface Secrets {
  ownerPassword: string;
  workerPassword: string;
  apiPassword: string;
  /** AES-256 key of the payloads in the engine, base64. */
  payloadKey: string;
}

/** Ports of the embedded servers, chosen at the first start and kept. */
export interface Ports {
  postgres?: number;
  temporal?: number;
}

export interface DataDirectory {
  path: string;
  secrets: Secrets;
  ports: Ports;
  savePorts(ports: Ports): void;
  file(...parts: string[]): string;
  release(): void;
}

/**
 * Opens (or makes) the directory in which a district lives on this machine, and locks it for one process.
 * @throws CannotStart with one sentence saying what is wrong and what to do
 */
export function openDataDirectory(dir: string): DataDirectory {
  const path = resolve(dir);
  makeDirectory(path);
  refuseForeign(path);
  const file = (...parts: string[]): string => join(path, ...parts);
  for (const sub of ['run', 'logs']) makeDirectory(file(sub));
  const release = lock(file('run', 'start.lock'), path);
  const secrets = readJson<Secrets>(file('secrets.json')) ?? {
    ownerPassword: randomBytes(18).toString('hex'),
    workerPassword: randomBytes(18).toString('hex'),
    apiPassword: randomBytes(18).toString('hex'),
    payloadKey: randomBytes(32).toString('base64'),
  };
  writePrivate(file('secrets.json'), secrets);
  const ports = readJson<Ports>(file('ports.json')) ?? {};
  return { path, secrets, ports, file, release, savePorts: (changed) => writePrivate(file('ports.json'), changed) };
}

/** Writes JSON that only its owner may read, whole or not at all. */
export function writePrivate(file: string, value: unknown): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, JSON.stringify(value, null, 2) + '\n', { mode: 0o600 });
  renameSync(draft, file);
}

/** Reads JSON; null when the file is not there. */
export function readJson<T>(file: string): T | null {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    throw new CannotStart(`${file} is damaged: restore it from a backup, or move the data directory away and start a new one.`);
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o755 });
    if (!statSync(path).isDirectory()) throw new Error('not a directory');
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw new CannotStart(
      `The data directory ${path} cannot be used: it must be a directory that you may read and write. Choose another with --data DIR.`,
    );
  }
}

/** What may lie in a data directory before it has its secrets: a first start that was cut off, people kept for another database, a bare disk. */
const EARLY = new Set(['run', 'logs', 'people.json', 'lost+found']);

/** Somebody else's directory stays as it is; one whose secrets are gone cannot be opened, and must not get new ones. */
function refuseForeign(path: string): void {
  const found = readdirSync(path);
  if (found.includes('secrets.json')) return;
  if (found.includes('postgres')) {
    throw new CannotStart(`${path} has lost its secrets.json, without which its data cannot be opened: restore that file from a backup.`);
  }
  if (found.some((name) => !EARLY.has(name) && !name.startsWith('secrets.json.'))) {
    throw new CannotStart(`${path} is not empty and was not made by Rollbook: choose an empty or a new directory with --data DIR.`);
  }
}

/** One start per data directory; a lock left by a process that is gone is taken over. */
function lock(file: string, path: string): () => void {
  const draft = `${file}.${process.pid}`;
  writePrivate(draft, { pid: process.pid, started: startTimeOf(process.pid) });
  try {
    // A link is made by one of two starts at once, never by both.
    while (!linked(draft, file)) {
      const holder = readJson<{ pid: number; started: string | null }>(file);
      if (holder && holder.pid !== process.pid && isAlive(holder.pid) && startTimeOf(holder.pid) === holder.started) {
        throw new CannotStart(
          `Rollbook already runs on ${path} (process ${holder.pid}). Stop it first, or choose another directory with --data DIR.`,
        );
      }
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => rmSync(file, { force: true });
}

function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
