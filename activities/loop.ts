import { setTimeout as wait } from 'node:timers/promises';

export interface LoopOptions {
  /** Does what there is to do. @returns whether it is worth to look again at once */
  look: () => Promise<boolean>;
  /** Rest between looks when there is nothing to do, in milliseconds. */
  idleMs: number;
  /** Hears that a look failed; it is tried again. */
  failed: (error: unknown) => void;
  /** Done when the last look is over. */
  ended: () => unknown;
}

export interface Loop {
  /** Looks no more, and waits until the look at hand and the end are over. */
  stop(): Promise<void>;
}

/** Rest after a look that failed, in milliseconds: PostgreSQL is away. */
const AWAY_MS = 1_000;

/** Looks for something to do for as long as it is not stopped. */
export function startLoop({ look, idleMs, failed, ended }: LoopOptions): Loop {
  const stopping = new AbortController();
  const rest = (ms: number): Promise<void> => wait(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if (!(await look())) await rest(idleMs);
      } catch (error) {
        failed(error);
        await rest(AWAY_MS);
      }
    }
    await ended();
  }

  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
