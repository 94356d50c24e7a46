import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Consequences, DeliveryCounts } from '../store/attendance-delivery.ts';
import type { Database, Transaction } from '../store/database.ts';
import type { UnknownCode } from '../store/feed-dry-runs.ts';
import { consequencesOf, rememberBefore } from './consequences.ts';
import type { Crossing } from './crossings.ts';
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

/** What is told of deliveries that were tried out one after the other. */
export interface TriedOut {
  /** Their accounts, in their order. */
  accounts: DeliveryCounts[];
  /** What all of them together mean for cases and schools. */
  consequences: Consequences;
  /** Codes that nobody has mapped, with the rows that would wait for them. */
  unknownCodes: UnknownCode[];
  newStudents: number;
}

/**
 * Tries several deliveries out one after the other, each on what those before it have written, as imports of them in this order would do.
 * All of it is one transaction that is rolled back; each delivery keeps its own account, as with `dryRun`.
 * @param input.before what is to hold when they are taken, for instance what a source has said of its codes; rolled back as well
 * @returns null when they were cancelled meanwhile
 * @throws CannotTake or FileRefused when one of them cannot be taken as a whole
 */
export async function dryRunInTurn(
  db: Database,
  input: { deliveries: readonly string[]; before?: (trx: Transaction) => Promise<void> },
  options: ImportOptions = {},
): Promise<TriedOut | null> {
  const [first] = input.deliveries;
  const nothing = { woken: 0, opens: 0, advances: 0, retracts: 0, schools: [], holds: NOBODY, releases: NOBODY };
  let found: TriedOut | null = { accounts: [], consequences: nothing, unknownCodes: [], newStudents: 0 };
  if (first === undefined) return found;
  await db('delivery')
    .whereIn('delivery_id', input.deliveries)
    .andWhere({ status: 'receiving' })
    .update({ dry_run_state: 'running', dry_run_problem: null });
  const watching = { deliveryId: first, ofBytes: 0, wanted: ['receiving'], signal: options.signal };
  try {
    await watched(db, watching, async (trx, watch) => {
      const accounts: DeliveryCounts[] = [];
      const crossings = new Map<string, Set<Crossing['why'][number]>>();
      const { n: students } = await trx('student').count<{ n: number }[]>('* AS n').first<{ n: number }>();
      for (const deliveryId of input.deliveries) {
        const { coverage, received_by: receivedBy, district_day: day, bytes } = await deliveryNow(trx, deliveryId);
        await watch.turnTo(deliveryId, bytes);
        if (deliveryId !== first) await dropStaging(trx);
        if (deliveryId === first) await input.before?.(trx);
        const staged = await stageDelivery(db, trx, watch, { deliveryId, noted: options.noted });
        if (deliveryId === first) {
          watch.phase('waiting');
          await takeTurns(trx);
          await sendNothing(trx);
          await rememberFirst(trx);
        }
        const taking = { deliveryId, coverage, receivedBy, day, rules: options.rules, tells: true };
        const { counts, standing } = await mergeDelivery(trx, watch, staged, taking);
        for (const { caseId, why } of standing.crossings) crossings.set(caseId, new Set([...(crossings.get(caseId) ?? []), ...why]));
        if (!(await keepAccount(db, trx, deliveryId, counts))) throw new DeliveryCancelled('the delivery was cancelled');
        accounts.push(counts);
      }
      await recallFirst(trx);
      const consequences = await consequencesOf(
        trx,
        [...crossings].map(([caseId, why]) => ({ caseId, why: [...why] })),
      );
      const { n: after } = await trx('student').count<{ n: number }[]>('* AS n').first<{ n: number }>();
      found = { accounts, consequences, unknownCodes: await unknownCodes(trx, input.deliveries), newStudents: after - students };
      throw new RolledBack();
    });
  } catch (error) {
    if (error instanceof DeliveryCancelled) found = null;
    else if (!(error instanceof RolledBack)) throw error;
  }
  return found;
}

const NOBODY = { students: 0, schools: [] };

/** Keeps, for the consequences of all deliveries together, what they are measured against. */
async function rememberFirst(trx: Transaction): Promise<void> {
  await rememberBefore(trx);
  await trx.raw(`ALTER TABLE watch_before RENAME TO watch_at_first; ALTER TABLE held_before RENAME TO held_at_first`);
}

async function recallFirst(trx: Transaction): Promise<void> {
  await trx.raw(`DROP TABLE watch_before, held_before;
    ALTER TABLE watch_at_first RENAME TO watch_before; ALTER TABLE held_at_first RENAME TO held_before`);
}

/** Drops the temporary tables of the delivery before, so that the next one finds the connection as an import does. */
async function dropStaging(trx: Transaction): Promise<void> {
  const { rows } = await trx.raw<{ rows: { name: string }[] }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r' AND relname <> ALL(:kept)`,
    { kept: ['outbox', 'watch_at_first', 'held_at_first'] },
  );
  for (const { name } of rows) await trx.schema.withSchema('pg_temp').dropTable(name);
}

async function unknownCodes(trx: Transaction, deliveries: readonly string[]): Promise<UnknownCode[]> {
  return trx('held_row')
    .whereIn('delivery_id', deliveries)
    .whereNull('settled')
    .groupBy('code_set', 'code')
    .orderBy(['code_set', 'code'])
    .select<UnknownCode[]>('code_set AS codeSet', 'code', trx.raw('count(*) AS rows'));
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
