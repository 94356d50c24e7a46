import { insertCodes, type MappedCode } from '../../store/attendance-codes.ts';
import { COUNT_KEYS, type DeliveryCounts } from '../../store/attendance-delivery.ts';
import type { Database } from '../../store/database.ts';
import { keepFeedDryRun, takeUpDryRun, type FeedAccount } from '../../store/feed-dry-runs.ts';
import { deliveriesOf, notePull, readFeed, TakenOver } from '../../store/feeds.ts';
import { dryRunInTurn, type TriedOut } from '../dry-run.ts';
import { FeedProblem } from './problem.ts';
import { bring, deliveredBy, pullDue, type Pulling } from './pull.ts';

/**
 * A dry run of a feed: the very pull that is due, into deliveries of its own, which are then tried out in their order in a transaction
 * that is rolled back. What stays is its account. The feed's cursors do not move, what the source says of its codes is not kept, and the
 * feed is neither better nor worse for it.
 * @returns false when nobody asks for it any more
 * @throws FeedProblem when the source gives no answer that can be used; CannotTake or FileRefused when what came cannot be taken at all
 */
export async function dryRunFeed(db: Database, feedId: string, dryRunId: string, pulling: Pulling): Promise<boolean> {
  const feed = await readFeed(db, feedId);
  if (feed === null || feed.state === 'removed') throw new FeedProblem('There is no such feed any more.', false);
  const begun = await takeUpDryRun(db, dryRunId, await pullDue(db, feed));
  if (begun === null) return false;
  const codes: MappedCode[] = [];
  const by = deliveredBy(feed);
  try {
    const saysOfCodes = (said: readonly MappedCode[]): Promise<void> => Promise.resolve(void codes.push(...said));
    const pull = await bring(db, { feed, pull: begun, saysOfCodes }, pulling);
    await notePull(db, pull, { status: 'trying' });
    const deliveries = (await deliveriesOf(db, pull.pullId)).map(({ deliveryId }) => deliveryId);
    const tried = await dryRunInTurn(
      db,
      { deliveries, before: (trx) => insertCodes(trx, codes, by) },
      pulling.wire?.signal ? { signal: pulling.wire.signal } : {},
    );
    return tried !== null && (await keepFeedDryRun(db, pull, accountOf(tried), by));
  } catch (error) {
    // Cancelled, or taken up by another worker.
    if (error instanceof TakenOver) return false;
    throw error;
  }
}

function accountOf({ accounts, consequences, unknownCodes, newStudents }: TriedOut): FeedAccount {
  const sum = (of: (counts: DeliveryCounts) => number): number => accounts.reduce((all, counts) => all + of(counts), 0);
  const reasons: Record<string, number> = {};
  for (const counts of accounts) for (const [code, rows] of Object.entries(counts.reasons)) reasons[code] = (reasons[code] ?? 0) + rows;
  const [read, accepted, rejected, ignored] = COUNT_KEYS.map((key) => sum((counts) => counts[key])) as [number, number, number, number];
  return {
    read,
    accepted,
    rejected,
    ignored,
    reasons,
    days: {
      added: sum(({ days }) => days.added),
      changed: sum(({ days }) => days.changed),
      withdrawn: sum(({ days }) => days.withdrawn),
      retractionsWaiting: sum(({ days }) => days.retractionsWaiting),
      covered: sum(({ days }) => days.covered),
    },
    consequences,
    unknownCodes,
    unknownFiles: accounts.flatMap(({ files }) => Object.keys(files).filter((name) => files[name]?.kind === null)),
    newStudents,
  };
}
