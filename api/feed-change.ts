import type { z } from 'zod';
import { canonicalize } from '../policy/canonical.ts';
import { feedSettings, type FeedSettings } from '../policy/feeds.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import { readFeeds, type Feed } from '../store/feeds.ts';
import { changeFeed, writeFeedChange, type FeedTerms } from '../store/intake/feeds.ts';
import { readFeedHealth } from '../store/read/feeds.ts';
import { feedMismatches, type changeFeed as changeFeedContract, type feedEdited } from './contracts/feeds.ts';
import type { Answer } from './endpoint.ts';
import { onceInTransaction } from './give-district-command.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';
import { checked } from './validation.ts';

/**
 * Changes what a feed is, and keeps what it was.
 * @throws Problem when nothing would be different, what it would be does not fit, or it is being pulled just now
 */
export async function editFeed(
  trx: Transaction,
  person: Person,
  name: string,
  { note, settings, ...terms }: z.output<typeof changeFeedContract>,
): Promise<z.input<typeof feedEdited>> {
  const feed = await feedNamed(trx, name);
  const before: FeedTerms = { url: feed.url, clientId: feed.clientId, secret: feed.secret, settings: feed.settings };
  const after: FeedTerms = {
    url: terms.url ?? before.url,
    clientId: terms.clientId === undefined ? before.clientId : terms.clientId,
    secret: terms.secret ?? before.secret,
    settings: checked(feedSettings, { ...before.settings, ...settings }, 'body') as FeedSettings,
  };
  const [mismatch, ...more] = feedMismatches({ ...after, system: feed.system });
  if (mismatch !== undefined)
    throw new Problem('invalid-request', `The feed ${name} cannot be changed so: ${mismatch.message}.`, {
      errors: [mismatch, ...more].map(({ path, message }) => ({ path: `body.${path}`, message })),
    });
  if (canonicalize(after) === canonicalize(before)) throw new Problem('feed-unchanged', `The feed ${name} is so already.`);
  const running = (await readFeedHealth(trx)).some(({ feedId, health }) => feedId === feed.feedId && health.running !== null);
  if (running) throw new Problem('feed-busy', `The feed ${name} is being pulled; change it when that has ended, or has failed.`);
  const { schools, exports } = before.settings;
  const anew =
    after.url !== before.url || canonicalize(after.settings.schools) !== canonicalize(schools) || after.settings.exports !== exports;
  const { at } = await districtTime(trx);
  await writeFeedChange(trx, feed.feedId, { before, after }, { by: person.id, at, note, anew });
  return { feedId: feed.feedId, name, state: feed.state, readsAnew: anew };
}

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
