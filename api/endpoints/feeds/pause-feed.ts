import { z } from 'zod';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { feedChanged, feedName } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { changeFeedState } from '../../feed-change.ts';

export const pauseFeed = endpoint({
  method: 'post',
  path: '/v1/feeds/:feed/pause',
  operationId: 'pauseFeed',
  tag: 'deliveries',
  summary: 'Pauses a feed: it is pulled no more until it is resumed; what it has brought stays',
  description: 'A pull that is under way ends as it would have.',
  permission: 'manage_feeds',
  place: 'district',
  audit: { none: 'where data comes from; no student is named' },
  params: z.strictObject({ feed: feedName }),
  query: nothing,
  body: nothing,
  headers: commandHeaders,
  responses: { 200: { description: 'Paused', schema: feedChanged } },
  handler: ({ trx, params, headers, person }) =>
    changeFeedState(trx, { person, key: headers['idempotency-key'], name: params.feed }, 'paused'),
});
