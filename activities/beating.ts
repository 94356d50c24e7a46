import { Context } from '@temporalio/activity';

const BEAT_MS = 5_000;

/** Beats while the work runs, so that a worker that died is noticed within seconds and not after the longest import. */
export async function whileBeating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), BEAT_MS);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(beat);
  }
}
