import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import { readFeeds, type Feed } from '../store/feeds.ts';
import { changeFeed } from '../store/intake/feeds.ts';
import type { Answer } from './endpoint.ts';
import { onceInTransaction } from './give-district-command.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';

/** @throws Problem 404 when there is none of this name */
export async function feedNamed(trx: Transaction, name: string): Promise<Feed> {
  const feed = (await readFeeds(trx)).find((one) => one.name === name);
  if (!feed) throw new Problem('not-found', `There is no feed ${name}.`);
  return feed;
}

/** Pauses, resumes or removes a feed, once for each key. */
export function changeFeedState(
  trx: Transaction,
  request: { person: Person; key: string; name: string },
  state: Feed['state'],
): Promise<Answer> {
  const { person, key, name } = request;
  return onceInTransaction(trx, { person, key, kind: `feed_${state}`, asked: { name } }, async () => {
    const { feedId } = await feedNamed(trx, name);
    const { at } = await districtTime(trx);
    await changeFeed(trx, feedId, { state, by: person.id, at });
    return { status: 200, body: { feedId, name, state } };
  });
}
