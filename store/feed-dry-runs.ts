import type { Consequences, DeliveryCounts, FileCounts } from './attendance-delivery.ts';
import { districtTime } from './clock.ts';
import type { Database, Transaction } from './database.ts';
import { deliveriesOf, pullOf, type Pull, type PullColumns, type PullKind } from './feeds.ts';
import { dropUnusedUploads } from './intake/deliveries.ts';

/**
 * Dry runs of feeds: what the next pull would bring. Each is a row beside the pulls, with statuses of its own, so that nothing that asks
 * about pulls ever meets one. Its deliveries are cancelled when it ends; their accounts and the rows they would not take stay to be read.
 */

/** `untried`: something stood in its way. */
export type DryRunState = 'fetching' | 'trying' | 'tried' | 'untried' | 'cancelled';

/** A code that nobody has mapped, and how many rows wait for it. */
export interface UnknownCode {
  codeSet: string;
  code: string;
  rows: number;
}

/** What a pull would do, all its deliveries together. */
export interface FeedAccount extends FileCounts {
  /** Rows not taken, by reason code. */
  reasons: Record<string, number>;
  days: Pick<DeliveryCounts['days'], 'added' | 'changed' | 'withdrawn' | 'retractionsWaiting' | 'covered'>;
  consequences: Consequences;
  unknownCodes: UnknownCode[];
  /** Files that no format knows. */
  unknownFiles: string[];
  /** Students who would be new. */
  newStudents: number;
}

export interface FeedDryRun {
  dryRunId: string;
  state: DryRunState;
  /** Null until it has been found out what is due. */
  kind: PullKind | null;
  askedBy: string;
  /** District time. */
  beganAt: string;
  endedAt: string | null;
  /** Why it could not be done. */
  problem: string | null;
  /** Rows that the source said it would send, and that have come. */
  expected: number;
  read: number;
  leftOut: string[];
  account: FeedAccount | null;
  /** Its deliveries in the order in which a pull would take them. */
  deliveries: string[];
}

const OPEN: readonly DryRunState[] = ['fetching', 'trying'];

/** Asks for a dry run of a feed. @returns its id; null when one is under way */
export async function askForFeedDryRun(trx: Transaction, feedId: string, by: string): Promise<string | null> {
  const { at, day } = await districtTime(trx);
  const [row] = await trx('feed_pull')
    .insert({ feed_id: feedId, kind: 'changes', status: 'fetching', asked_by: by, began_at: at, day, through: day })
    .onConflict(trx.raw(`(feed_id) WHERE status IN ('fetching', 'trying')`))
    .ignore()
    .returning<{ pull_id: string }[]>('pull_id');
  return row?.pull_id ?? null;
}

/** The latest dry run of a feed; null when there was none. */
export async function readFeedDryRun(db: Database, feedId: string): Promise<FeedDryRun | null> {
  const row = await db('feed_pull')
    .where({ feed_id: feedId })
    .whereIn('status', [...OPEN, 'tried', 'untried', 'cancelled'])
    .orderBy('pull_id', 'desc')
    .first<
      | (Omit<PullColumns, 'status'> & {
          status: DryRunState;
          ended_at: Date | null;
          problem: string | null;
          expected: number;
          read: number;
          left_out: string[];
          account: FeedAccount | null;
        })
      | undefined
    >();
  if (!row) return null;
  return {
    dryRunId: row.pull_id,
    state: row.status,
    kind: row.upto === null ? null : row.kind,
    askedBy: row.asked_by,
    beganAt: row.began_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    problem: row.problem,
    expected: row.expected,
    read: row.read,
    leftOut: row.left_out,
    account: row.account,
    deliveries: (await deliveriesOf(db, row.pull_id)).map(({ deliveryId }) => deliveryId),
  };
}

/** Cancels the dry run of a feed that is under way. @returns its id; null when none is */
export async function cancelFeedDryRun(trx: Transaction, feedId: string, by: string): Promise<string | null> {
  const { at } = await districtTime(trx);
  const [row] = await trx('feed_pull')
    .where({ feed_id: feedId })
    .whereIn('status', OPEN)
    .update({ status: 'cancelled', ended_at: at })
    .returning<{ pull_id: string }[]>('pull_id');
  if (row === undefined) return null;
  await closeDeliveries(trx, row.pull_id, by);
  return row.pull_id;
}

/** Takes up a dry run that was asked for, or that broke off. @returns null when nobody asks for it any more */
export async function takeUpDryRun(
  db: Database,
  dryRunId: string,
  begins: { kind: PullKind; at: string; day: string; through: string },
): Promise<Pull | null> {
  const [row] = await db('feed_pull')
    .where({ pull_id: dryRunId })
    .whereIn('status', OPEN)
    .update({
      status: 'fetching',
      kind: begins.kind,
      day: begins.day,
      through: begins.through,
      began_at: begins.at,
      upto: null,
      read: 0,
      expected: 0,
      problem: null,
      tries: db.raw('tries + 1'),
    })
    .returning<PullColumns[]>('*');
  return row ? pullOf(row) : null;
}

/** Keeps what a dry run found, and lets go of the files it fetched. @returns false when nobody asks for it any more */
export async function keepFeedDryRun(
  db: Database,
  pull: Pick<Pull, 'pullId' | 'tries'>,
  account: FeedAccount,
  by: string,
): Promise<boolean> {
  return endDryRun(db, { pull_id: pull.pullId, tries: pull.tries }, { status: 'tried', account: JSON.stringify(account) }, by);
}

/** Ends a dry run that could not be done. One that nobody waits for any more is left alone. */
export async function failFeedDryRun(db: Database, dryRunId: string, problem: string, by: string): Promise<void> {
  await endDryRun(db, { pull_id: dryRunId }, { status: 'untried', problem }, by);
}

async function endDryRun(
  db: Database,
  which: { pull_id: string; tries?: number },
  change: { status: DryRunState; account?: string; problem?: string },
  by: string,
): Promise<boolean> {
  return db.transaction(async (trx) => {
    const { at } = await districtTime(trx);
    const ended = await trx('feed_pull')
      .where(which)
      .whereIn('status', OPEN)
      .update({ ...change, ended_at: at });
    if (ended === 1) await closeDeliveries(trx, which.pull_id, by);
    return ended === 1;
  });
}

/** Closes the deliveries of a dry run: nothing of them can be taken; what they would have done stays to be read. */
async function closeDeliveries(trx: Transaction, dryRunId: string, by: string): Promise<void> {
  for (const { deliveryId } of await deliveriesOf(trx, dryRunId)) {
    await trx('delivery')
      .where({ delivery_id: deliveryId })
      .whereNot({ status: 'cancelled' })
      .update({ status: 'cancelled', cancelled_by: by });
    await dropUnusedUploads(trx, deliveryId);
  }
}
