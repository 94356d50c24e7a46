import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { countPasts } from '../attendance/past/read.ts';
import { rehearse, type RehearsalInput } from '../activities/rehearsal/rehearse.ts';
import { Tally, type Forecast } from '../activities/rehearsal/tally.ts';
import { openDatabase } from '../store/database.ts';

/** What one process of a shared rehearsal says of itself. */
export type PartSays = { done: number } | { forecasts: Forecast[] } | { problem: string };

interface Options {
  /** How many processes share the students; with one, this process does the work itself. */
  processes: number;
  signal: AbortSignal;
  progress: (done: number, of: number) => void;
}

/**
 * A rehearsal shared by several processes, each with its part of the students: judging costs processor and little else.
 * @throws the signal's reason when it is ended, and whatever a part fails with; the others are ended then
 */
export async function rehearseInParts(url: string, input: RehearsalInput, { processes, signal, progress }: Options): Promise<Forecast[]> {
  const db = openDatabase(url, { name: 'rollbook policy rehearse', max: 1 });
  try {
    if (processes === 1) return await rehearse(db, input, { signal, progress });
    const total = await countPasts(db, input.to, input.whom);
    const done = Array.from({ length: processes }, () => 0);
    const stop = new AbortController();
    const ending = AbortSignal.any([signal, stop.signal]);
    const parts = done.map((_, part) =>
      runPart(url, { ...input, of: { part, parts: processes } }, ending, (now) => {
        done[part] = now;
        progress(
          done.reduce((sum, one) => sum + one, 0),
          total,
        );
      }),
    );
    const forecasts = await Promise.all(parts).catch((error: unknown) => {
      stop.abort();
      throw error;
    });
    return input.policies.map(({ ladder }, policy) => {
      const tally = new Tally(ladder, input.responses);
      for (const part of forecasts) tally.merge(part[policy]!);
      return tally.forecast();
    });
  } finally {
    await db.destroy();
  }
}

/** Rehearses one part in a process of its own, which keeps nothing else waiting. @throws the signal's reason when it is ended */
export function runPart(url: string, input: RehearsalInput, signal: AbortSignal, progress: (done: number) => void): Promise<Forecast[]> {
  signal.throwIfAborted();
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const child = fork(fileURLToPath(new URL(`./rehearsal-part${ending}`, import.meta.url)), {
    // The checkout runs its sources as they are, the build what was compiled of them.
    execArgv: ending === '.ts' ? ['--import', 'tsx'] : [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  return new Promise<Forecast[]>((resolve, reject) => {
    child.on('message', (said: PartSays) => {
      if ('done' in said) progress(said.done);
      else if ('forecasts' in said) resolve(said.forecasts);
      else reject(new Error(said.problem));
    });
    child.on('exit', () => {
      reject(signal.aborted ? (signal.reason as Error) : new Error('a process of the rehearsal ended before its part was done'));
    });
    child.send({ url, input });
  }).finally(() => {
    signal.removeEventListener('abort', end);
    if (child.connected) child.disconnect();
  });
}
