import { fork, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CannotStart } from './cannot-start.ts';
import { readJson, writePrivate } from './data-directory.ts';
import { endProcess, isAlive, startTimeOf } from './processes.ts';

/** Something that runs until it ends by itself or is stopped. */
export interface Running {
  pid: number;
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Rest before an unexpectedly ended part is started again: doubles from the first to the second, in milliseconds. */
const REST = [300, 10_000] as const;
/** A part that ran this long had started well; its next rest is the first again. */
const WELL_MS = 60_000;
/** A worker or an API that has not said by then that it is ready will not. */
const READY_MS = 60_000;

/**
 * Keeps parts running in the order in which they were added: one that ends unexpectedly is started again; `stop` ends them in reverse.
 * Each part's process is noted in a file, so that what a killed supervisor leaves behind can be ended at the next start.
 */
export class Supervisor {
  readonly #parts: { name: string; running: Running; kept: Promise<void> }[] = [];
  readonly #ending = new AbortController();

  constructor(
    readonly runDir: string,
    readonly say: (line: string) => void,
  ) {}

  /** Ends what an earlier supervisor left behind, if it can be proved to be its own. */
  async endLeftovers(names: string[]): Promise<void> {
    for (const name of names) {
      const noted = readJson<{ pid: number; started: string | null }>(this.#file(name));
      if (noted && isAlive(noted.pid) && noted.started !== null && startTimeOf(noted.pid) === noted.started) {
        await endProcess(noted.pid, [
          ['SIGINT', 8_000],
          ['SIGKILL', 2_000],
        ]);
      }
    }
  }

  /** Starts a part and keeps it running; `start` hears of the end through its signal. @throws what its first start throws */
  async add(name: string, start: (ending: AbortSignal) => Promise<Running>): Promise<Running> {
    const part = { name, running: await start(this.#ending.signal), kept: Promise.resolve() };
    this.#note(name, part.running);
    this.#parts.push(part);
    part.kept = this.#keep(part, start);
    return part.running;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    for (const part of this.#parts.toReversed()) await part.running.stop();
    // What was being started again at this moment is ended, too.
    for (const part of this.#parts) await part.kept;
  }

  async #keep(part: { name: string; running: Running }, start: (ending: AbortSignal) => Promise<Running>): Promise<void> {
    const ending = this.#ending.signal;
    let rest: number = REST[0];
    while (!ending.aborted) {
      const began = performance.now();
      await part.running.ended;
      if (ending.aborted) return;
      if (performance.now() - began > WELL_MS) rest = REST[0];
      this.say(`The ${part.name} ended; starting it again.`);
      await wait(rest, undefined, { signal: ending }).catch(() => undefined);
      rest = Math.min(rest * 2, REST[1]);
      try {
        if (ending.aborted) return;
        part.running = await start(ending);
        this.#note(part.name, part.running);
        if (ending.aborted) await part.running.stop();
      } catch (error) {
        if (ending.aborted) return;
        this.say(`The ${part.name} did not start: ${error instanceof Error ? error.message : String(error)}`);
        part.running = { pid: 0, ended: Promise.resolve(), stop: () => Promise.resolve() };
      }
    }
  }

  #note(name: string, running: Running): void {
    writePrivate(this.#file(name), { pid: running.pid, started: startTimeOf(running.pid) });
  }

  #file(name: string): string {
    return `${this.runDir}/${name}.pid.json`;
  }
}

/**
 * Runs `rollbook COMMAND` as a child that says when it is ready, ends when we end, and writes its log to a file.
 * @throws CannotStart if it ends before it is ready, or is not ready when `ending` comes or a minute has passed; no child is left then
 */
export async function runSelf(command: 'worker' | 'api', env: NodeJS.ProcessEnv, logFile: string, ending: AbortSignal): Promise<Running> {
  const log = openSync(logFile, 'a');
  const child = fork(fileURLToPath(new URL('./rollbook.mjs', import.meta.url)), [command], {
    env,
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const pid = child.pid ?? 0;
  const outcome = await Promise.race([
    readiness(child).then(() => 'ready' as const),
    ended.then(() => 'ended' as const),
    aborted(AbortSignal.any([ending, AbortSignal.timeout(READY_MS)])).then(() => 'late' as const),
  ]);
  if (outcome === 'ended') throw new CannotStart(`rollbook ${command} ended while starting; its last words are in ${logFile}.`);
  if (outcome === 'late') {
    await endProcess(pid, [
      ['SIGTERM', 2_000],
      ['SIGKILL', 1_000],
    ]);
    throw new CannotStart(`rollbook ${command} was not ready within a minute; its last words are in ${logFile}.`);
  }
  return {
    pid,
    ended,
    stop: () =>
      endProcess(pid, [
        ['SIGTERM', 15_000],
        ['SIGKILL', 1_000],
      ]),
  };
}

function readiness(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (message === 'ready') resolve();
    });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
