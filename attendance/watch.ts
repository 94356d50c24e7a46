import { setInterval as every } from 'node:timers/promises';
import type { Database, Transaction } from '../store/database.ts';

/** What an import or a dry run is at. */
export type Phase = 'reading' | 'waiting' | 'merging' | 'counting' | 'finishing';

/** The delivery was cancelled while it was being imported or tried out: nothing of it stays. */
export class DeliveryCancelled extends Error {
  override name = 'DeliveryCancelled';
}

/** Tells how far work on a delivery has come, and whether it is to go on. */
export interface Watch {
  /** Ends with `DeliveryCancelled` when the delivery is cancelled, or with the signal's own reason. */
  readonly signal: AbortSignal;
  /** @throws the signal's reason when the work is to stop */
  phase(phase: Phase): void;
  /** Reading a file: rows and bytes of it so far. */
  read(file: string, rows: number): void;
  bytes(read: number): void;
  /** The work goes on with another delivery: progress is told, and a cancellation looked for, there. */
  turnTo(deliveryId: string, ofBytes: number): Promise<void>;
}

/** How often progress is written and a cancellation looked for, in milliseconds. */
const EVERY_MS = 500;

/**
 * Does work in a transaction while two other connections are used to say how far it is and to hear that it is to stop. A statement
 * that runs when the delivery is cancelled is cancelled in the server, too.
 * @param input.wanted the delivery's states in which the work is still wanted; in any other it is cancelled
 * @throws DeliveryCancelled when it was cancelled, and whatever the work throws; nothing of it stays then
 */
export async function watched<T>(
  db: Database,
  input: { deliveryId: string; ofBytes: number; wanted: readonly string[]; signal?: AbortSignal | undefined },
  work: (trx: Transaction, watch: Watch) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const ended = new AbortController();
  const begun = { phase: 'reading' as Phase, file: null as string | null, rows: 0, bytes: 0 };
  const state = { ...begun };
  let at = { deliveryId: input.deliveryId, ofBytes: input.ofBytes };
  const forget = async (): Promise<void> => {
    await db('delivery_progress').where({ delivery_id: at.deliveryId }).delete();
  };
  let backend: { pid: number; began: string } | null = null;
  const tell = async (): Promise<void> => {
    const { rows } = await db.raw<{ rows: { status: string }[] }>(
      `WITH told AS (
         INSERT INTO delivery_progress AS p (delivery_id, phase, file, rows, bytes, of_bytes)
         VALUES (:deliveryId, :phase, :file, :rows, :bytes, :ofBytes)
         ON CONFLICT (delivery_id) DO UPDATE SET phase = excluded.phase, file = excluded.file, rows = excluded.rows, bytes = excluded.bytes,
           of_bytes = excluded.of_bytes, at = now())
       SELECT status FROM delivery WHERE delivery_id = :deliveryId`,
      { ...at, ...state },
    );
    if (!input.wanted.includes(rows[0]?.status ?? '')) stop.abort(new DeliveryCancelled('the delivery was cancelled'));
    if (input.signal?.aborted) stop.abort(input.signal.reason);
    // Only while the connection still does this work: afterwards it is somebody else's.
    if (stop.signal.aborted && backend !== null)
      await db.raw(
        'SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = :pid AND xact_start = CAST(:began AS timestamptz)',
        backend,
      );
  };
  const watching = (async () => {
    // Progress is for people: what cannot be told now is told the next time.
    for await (const _ of every(EVERY_MS, undefined, { signal: ended.signal })) await tell().catch(() => undefined);
  })().catch(() => undefined);
  const watch: Watch = {
    signal: stop.signal,
    phase: (phase) => {
      stop.signal.throwIfAborted();
      state.phase = phase;
    },
    read: (file, rows) => void Object.assign(state, { file, rows }),
    bytes: (read) => void (state.bytes = read),
    turnTo: async (deliveryId, ofBytes) => {
      await forget();
      at = { deliveryId, ofBytes };
      Object.assign(state, begun);
    },
  };
  try {
    return await db.transaction(async (trx) => {
      const { rows } = await trx.raw<{ rows: { pid: number; began: string }[] }>('SELECT pg_backend_pid() AS pid, now()::text AS began');
      backend = rows[0] ?? null;
      return work(trx, watch);
    });
  } catch (error) {
    // A statement that was cancelled in the server says so in its own words.
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    backend = null;
    ended.abort();
    await watching;
    await forget().catch(() => undefined);
  }
}
