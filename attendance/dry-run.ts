import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { DeliveryCounts } from '../store/attendance-delivery.ts';
import type { Database, Transaction } from '../store/database.ts';
import { deliveryNow } from './delivery-now.ts';
import type { ImportOptions } from './import.ts';
import { connectionOf } from './staging.ts';
import { mergeDelivery, stageDelivery } from './take-in.ts';
import { takeTurns } from './turns.ts';
import { DeliveryCancelled, watched } from './watch.ts';

/** Thrown to have everything rolled back that was done to find out what would happen. */
class RolledBack extends Error {
  override name = 'RolledBack';
}

/**
 * Tries a delivery out: the very import, in a transaction that is rolled back, so that its account is that of the import to come as long
 * as nothing else changes. Nothing is written but this account: `delivery.dry_run`, and in `dry_run_row` the rows that would not be taken.
 * While the files are read nobody is kept waiting; from the merge on, imports and turns of the day wait for it as for each other.
 * @returns the account; null when the delivery was committed, cancelled or given another file meanwhile, so that nobody asks any more
 * @throws CannotTake or FileRefused when it cannot be taken as a whole
 */
export async function dryRun(db: Database, deliveryId: string, options: ImportOptions = {}): Promise<DeliveryCounts | null> {
  const asked = await db('delivery')
    .where({ delivery_id: deliveryId, status: 'receiving' })
    .whereIn('dry_run_state', ['queued', 'running'])
    .update({ dry_run_state: 'running', dry_run_problem: null });
  const before = await deliveryNow(db, deliveryId);
  if (asked !== 1) return before.status === 'receiving' ? before.dry_run : null;
  let found: DeliveryCounts | null = null;
  const watching = { deliveryId, ofBytes: before.bytes, wanted: ['receiving'], signal: options.signal };
  try {
    await watched(db, watching, async (trx, watch) => {
      const staged = await stageDelivery(db, trx, watch, { deliveryId, noted: options.noted });
      watch.phase('waiting');
      await takeTurns(trx);
      await sendNothing(trx);
      const { coverage, received_by: receivedBy, district_day: day, bytes } = await deliveryNow(trx, deliveryId);
      // Another file has come meanwhile: whoever sent it asks again.
      if (bytes !== before.bytes) throw new RolledBack();
      const { counts } = await mergeDelivery(trx, watch, staged, {
        deliveryId,
        coverage,
        receivedBy,
        day,
        rules: options.rules,
        tells: true,
      });
      if (await keepAccount(db, trx, deliveryId, counts)) found = counts;
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack) && !(error instanceof DeliveryCancelled)) throw error;
  }
  return found;
}

/** Puts a table of this transaction's own in front of the outbox: nothing is sent, and none of the real one's numbers are used up. */
async function sendNothing(trx: Transaction): Promise<void> {
  await trx.raw(`
    CREATE TEMP TABLE outbox (LIKE public.outbox INCLUDING DEFAULTS) ON COMMIT DROP;
    ALTER TABLE pg_temp.outbox DROP COLUMN outbox_id, ADD UNIQUE (case_id)`);
}

/**
 * Keeps the account outside the transaction that is about to be rolled back; the rows stream from the one connection to the other.
 * @returns false when nobody asks for it any more
 */
async function keepAccount(db: Database, trx: Transaction, deliveryId: string, counts: DeliveryCounts): Promise<boolean> {
  return db.transaction(async (kept) => {
    const wanted = await kept('delivery')
      .where({ delivery_id: deliveryId, status: 'receiving', dry_run_state: 'running' })
      .update({ dry_run_state: 'done', dry_run: JSON.stringify(counts) });
    if (wanted !== 1) return false;
    await kept('dry_run_row').where({ delivery_id: deliveryId }).delete();
    await trx.raw(`SELECT set_config('rollbook.delivery', ?, true)`, [deliveryId]);
    const columns = 'delivery_id, file, line, outcome, reason, message, raw';
    const mine = `SELECT ${columns} FROM delivery_row WHERE delivery_id = current_setting('rollbook.delivery')::uuid`;
    const [from, to] = await Promise.all([connectionOf(trx), connectionOf(kept)]);
    await pipeline(from.query(copyTo(`COPY (${mine}) TO STDOUT`)), to.query(copyFrom(`COPY dry_run_row (${columns}) FROM STDIN`)));
    return true;
  });
}

/** Marks a dry run that found that the delivery cannot be taken at all. One that nobody waits for any more is left alone. */
export async function failDryRun(db: Database, deliveryId: string, problem: string): Promise<void> {
  await db('delivery')
    .where({ delivery_id: deliveryId, status: 'receiving' })
    .whereIn('dry_run_state', ['queued', 'running'])
    .update({ dry_run_state: 'failed', dry_run: null, dry_run_problem: problem });
}
