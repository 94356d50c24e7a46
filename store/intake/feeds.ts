import type { Feed } from '../feeds.ts';
import type { Transaction } from '../database.ts';

/** Adds a feed. @returns its id; null when the name is taken */
export async function addFeed(trx: Transaction, feed: Omit<Feed, 'feedId' | 'state'> & { addedBy: string }): Promise<string | null> {
  const [row] = await trx('feed')
    .insert({
      name: feed.name,
      system: feed.system,
      url: feed.url,
      client_id: feed.clientId,
      secret: feed.secret,
      settings: JSON.stringify(feed.settings),
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
