import { districtTime } from '../../../store/clock.ts';
import { addFeed as add } from '../../../store/intake/feeds.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { addFeed as contract, feedChanged } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const addFeed = endpoint({
  method: 'post',
  path: '/v1/feeds',
  operationId: 'addFeed',
  tag: 'deliveries',
  summary: 'Adds a feed: a system that Rollbook asks for its data, instead of files being sent',
  description:
    'Everything of the school year is read with the first pull, within minutes, or when it is resumed if it is added paused; then changes at the times of the feed, and everything anew once a week. The secret is not sent: it lies where the worker runs.',
  permission: 'manage_feeds',
  place: 'district',
  audit: { none: 'where data comes from; no student is named' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Added', schema: feedChanged } },
  async handler({ trx, body, headers, person, services }) {
    const request = { person, key: headers['idempotency-key'], kind: 'add_feed', asked: body };
    const answer = await onceInTransaction(trx, request, async () => {
      const { at } = await districtTime(trx);
      const { paused, ...feed } = body;
      const state = paused ? ('paused' as const) : ('active' as const);
      const feedId = await add(trx, { ...feed, state, activeSince: at, addedBy: person.id });
      if (feedId === null)
        throw new Problem('feed-exists', `There is a feed ${body.name} already; remove it first, or choose another name.`);
      return { status: 201, body: { feedId, name: body.name, state } };
    });
    return {
      async afterCommit() {
        await services.jobs.watchFeeds();
        return { ...answer, headers: { location: '/v1/feeds' } };
      },
    };
  },
});
