import type { DeliveryCounts } from '../store/attendance-delivery.ts';
import type { Database } from '../store/database.ts';
import { CannotTake } from './cannot-take.ts';
import { differencesOf } from './consequences.ts';
import { deliveryNow } from './delivery-now.ts';
import type { StandingRules } from './rules.ts';
import type { StandingChange } from './standing.ts';
import { takeTurns } from './turns.ts';
import { mergeDelivery, stageDelivery } from './take-in.ts';
import { DeliveryCancelled, watched } from './watch.ts';

export interface ImportResult {
  counts: DeliveryCounts;
  /** What the delivery did to standings; null when it had been imported before. */
  standing: StandingChange | null;
}

export interface ImportOptions {
  /** The numbers that standings depend on; the policy in force if absent. */
  rules?: StandingRules;
  /** Of how many students at most rows are noted instead of staged (plain-rows.ts). */
  noted?: number;
  /** Ends the work early; nothing of it stays. */
  signal?: AbortSignal;
}

/**
 * Imports a delivery: its files go through COPY into staging, are checked and merged by set-based SQL, and the standings they touch
 * are recomputed, all in one transaction: it is done as a whole, or nothing of it is. Every row is accounted for: read = accepted +
 * rejected + ignored, and each row not taken stands in `delivery_row` with its reason. A delivery that is done already is not imported
 * again: its account is returned. Where a dry run had said something else, the delivery says so in `differences`.
 * @throws DeliveryCancelled when somebody cancelled it; CannotTake or FileRefused when it cannot be taken as a whole; or an error if
 *   there is no such delivery, or the district or its policy has not been set up
 */
export async function importDelivery(db: Database, deliveryId: string, options: ImportOptions = {}): Promise<ImportResult> {
  await db('delivery').where({ delivery_id: deliveryId, status: 'queued' }).update({ status: 'running', problem: null });
  const before = await deliveryNow(db, deliveryId);
  if (before.status === 'done' && before.counts) return { counts: before.counts, standing: null };
  if (before.status === 'cancelled') throw new DeliveryCancelled('the delivery was cancelled');
  if (before.status !== 'running') throw new CannotTake(`The delivery is ${before.status}; commit it to have it imported.`);
  // Done: others see that a little before this connection has let go of its staging tables.
  const watching = { deliveryId, ofBytes: before.bytes, wanted: ['running', 'done'], signal: options.signal };
  return watched(db, watching, async (trx, watch) => {
    const staged = await stageDelivery(db, trx, watch, { deliveryId, noted: options.noted });
    watch.phase('waiting');
    await takeTurns(trx);
    // Another worker that was taken for dead may have done it meanwhile.
    const now = await deliveryNow(trx, deliveryId);
    if (now.status === 'done' && now.counts) return { counts: now.counts, standing: null };
    const { day, coverage, counts, standing } = await mergeDelivery(trx, watch, staged, {
      deliveryId,
      coverage: now.coverage,
      tells: now.dry_run !== null,
      receivedBy: now.received_by,
      day: now.district_day,
      rules: options.rules,
    });
    const differences = now.dry_run === null ? null : differencesOf(now.dry_run, counts);
    const finished = await trx('delivery')
      .where({ delivery_id: deliveryId, status: 'running' })
      .update({
        status: 'done',
        district_day: day,
        coverage: JSON.stringify(coverage),
        format: staged.formats.join(', ') || null,
        counts: JSON.stringify(counts),
        differences: differences === null ? null : JSON.stringify(differences),
        problem: null,
        finished_at: trx.fn.now(),
      });
    // Whoever cancels sets another status first, or finds it done: one of the two, whatever the moment.
    if (finished !== 1) throw new DeliveryCancelled('the delivery was cancelled');
    return { counts, standing };
  });
}
