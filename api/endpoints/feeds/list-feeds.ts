import { readCursors } from '../../../store/feeds.ts';
import { readFeedChanges, readFeedHealth } from '../../../store/read/feeds.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { feedList } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';

export const listFeeds = endpoint({
  method: 'get',
  path: '/v1/feeds',
  operationId: 'listFeeds',
  tag: 'deliveries',
  summary: 'The feeds that are pulled, each with its health: last success, what failed, how far it is behind, what comes next',
  permission: 'see_feeds',
  place: 'district',
  audit: { none: 'where data comes from; no student is named, and no secret is known here' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The feeds by name', schema: feedList } },
  async handler({ trx }) {
    const feeds = [];
    for (const feed of await readFeedHealth(trx))
      feeds.push({ ...feed, cursors: await readCursors(trx, feed.feedId), changes: await readFeedChanges(trx, feed.feedId) });
    return { status: 200, body: { feeds } };
  },
});
