import { setTimeout as wait } from 'node:timers/promises';
import { doAttendanceCommand } from '../attendance/commands.ts';
import { putOffAttendanceCommand, settleAttendanceCommand, takeAttendanceCommand } from '../store/attendance-commands.ts';
import type { Database } from '../store/database.ts';

export interface DeskOptions {
  /** Connected as `rollbook_worker`. */
  db: Database;
  /** Rest between looks when there is nothing to do, in milliseconds; 100 if absent. */
  idleMs?: number;
  /** Hears of a command that could not be done just now, or (null) that none could be looked for; both are tried again. */
  failed: (commandId: string | null, error: unknown) => void;
}

export interface Desk {
  /** Takes no further command and lets the one at hand end. */
  stop(): Promise<void>;
}

/** Rest after a look that failed, in milliseconds: PostgreSQL is away. */
const AWAY_MS = 1_000;

/**
 * The desk: a loop in each worker that does people's commands about attendance data, one after the other. What a command changes, its
 * outcome and the messages to cases are one transaction, so that a worker that dies leaves the command to another, undone.
 */
export function startDesk({ db, idleMs = 100, failed }: DeskOptions): Desk {
  const stopping = new AbortController();
  const rest = (ms: number): Promise<void> => wait(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  /** @returns whether there was one */
  async function doNext(): Promise<boolean> {
    let atHand: string | null = null;
    try {
      return await db.transaction(async (trx) => {
        const waiting = await takeAttendanceCommand(trx);
        if (!waiting) return false;
        atHand = waiting.commandId;
        await settleAttendanceCommand(trx, waiting.commandId, await doAttendanceCommand(trx, waiting));
        return true;
      });
    } catch (error) {
      failed(atHand, error);
      if (atHand === null) throw error;
      await putOffAttendanceCommand(db, atHand);
      return true;
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if (!(await doNext())) await rest(idleMs);
      } catch {
        await rest(AWAY_MS);
      }
    }
  }

  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
