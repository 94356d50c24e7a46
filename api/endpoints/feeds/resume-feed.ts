import { z } from 'zod';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { feedChanged, feedName } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { changeFeedState } from '../../feed-change.ts';

export const resumeFeed = endpoint({
  method: 'post',
  path: '/v1/feeds/:feed/resume',
  operationId: 'resumeFeed',
  tag: 'deliveries',
  summary: 'Resumes a feed: it is pulled again from its next time on',
  description: 'What has changed meanwhile comes with the next pull.',
  permission: 'manage_feeds',
  place: 'district',
  audit: { none: 'where data comes from; no student is named' },
  params: z.strictObject({ feed: feedName }),
  query: nothing,
  body: nothing,
  headers: commandHeaders,
  responses: { 200: { description: 'Resumed', schema: feedChanged } },
  handler: ({ trx, params, headers, person }) =>
    changeFeedState(trx, { person, key: headers['idempotency-key'], name: params.feed }, 'active'),
});
