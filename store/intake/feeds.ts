import type { Feed } from '../feeds.ts';
import type { Transaction } from '../database.ts';

/** Adds a feed. @returns its id; null when the name is taken */
export async function addFeed(
  trx: Transaction,
  feed: Omit<Feed, 'feedId' | 'state' | 'readAnewSince'> & { state?: 'active' | 'paused'; addedBy: string },
): Promise<string | null> {
  const [row] = await trx('feed')
    .insert({
      name: feed.name,
      system: feed.system,
      url: feed.url,
      client_id: feed.clientId,
      secret: feed.secret,
      settings: JSON.stringify(feed.settings),
      state: feed.state ?? 'active',
      active_since: feed.activeSince,
      added_by: feed.addedBy,
      changed_by: feed.addedBy,
    })
    .onConflict(trx.raw(`(name) WHERE state <> 'removed'`))
    .ignore()
    .returning<{ feed_id: string }[]>('feed_id');
  return row?.feed_id ?? null;
}

/** Pauses, resumes or removes a feed. @param at district time @returns false when there is none of this id */
export async function changeFeed(
  trx: Transaction,
  feedId: string,
  change: { state: Feed['state']; by: string; at: string },
): Promise<boolean> {
  const changed = await trx('feed')
    .where({ feed_id: feedId })
    .whereNot({ state: 'removed' })
    .update({ state: change.state, changed_by: change.by, ...(change.state === 'active' ? { active_since: change.at } : {}) });
  return changed === 1;
}

/** What of a feed can be changed. */
export type FeedTerms = Pick<Feed, 'url' | 'clientId' | 'secret' | 'settings'>;

/** Changes what a feed is, and keeps what it was. @param change.anew everything is to be read anew; `at` is district time */
export async function writeFeedChange(
  trx: Transaction,
  feedId: string,
  terms: { before: FeedTerms; after: FeedTerms },
  change: { by: string; at: string; note: string; anew: boolean },
): Promise<void> {
  const { url, clientId, secret, settings } = terms.after;
  await trx('feed')
    .where({ feed_id: feedId })
    .update({
      url,
      client_id: clientId,
      secret,
      settings: JSON.stringify(settings),
      changed_by: change.by,
      ...(change.anew ? { read_anew_since: change.at } : {}),
    });
  await trx('feed_change').insert({
    feed_id: feedId,
    changed_by: change.by,
    changed_at: change.at,
    note: change.note,
    before: JSON.stringify(terms.before),
    after: JSON.stringify(terms.after),
  });
}
