import { z } from 'zod';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { feedChanged, feedName } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { changeFeedState } from '../../feed-change.ts';

export const removeFeed = endpoint({
  method: 'post',
  path: '/v1/feeds/:feed/remove',
  operationId: 'removeFeed',
  tag: 'deliveries',
  summary: 'Removes a feed for good; what it has brought stays',
  description: 'The feed stays on record and its name becomes free.',
  permission: 'manage_feeds',
  place: 'district',
  audit: { none: 'where data comes from; no student is named' },
  params: z.strictObject({ feed: feedName }),
  query: nothing,
  body: nothing,
  headers: commandHeaders,
  responses: { 200: { description: 'Removed', schema: feedChanged } },
  handler: ({ trx, params, headers, person }) =>
    changeFeedState(trx, { person, key: headers['idempotency-key'], name: params.feed }, 'removed'),
});
