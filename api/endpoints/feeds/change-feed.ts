import { z } from 'zod';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { changeFeed as contract, feedEdited, feedName } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { editFeed } from '../../feed-change.ts';
import { onceInTransaction } from '../../give-district-command.ts';

export const changeFeed = endpoint({
  method: 'post',
  path: '/v1/feeds/:feed/change',
  operationId: 'changeFeed',
  tag: 'deliveries',
  summary: 'Changes where a feed’s source is, where its secret lies, of which schools it speaks, or when it is pulled',
  description:
    'What is left out stays as it is. After another address or another choice of schools everything is read anew with the next pull. A feed that is being pulled is changed when it is done.',
  permission: 'manage_feeds',
  place: 'district',
  audit: { none: 'where data comes from; the change itself keeps who made it, when and why' },
  params: z.strictObject({ feed: feedName }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 200: { description: 'Changed', schema: feedEdited } },
  handler: ({ trx, params, body, headers, person }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'change_feed', asked: { ...params, ...body } }, async () => ({
      status: 200,
      body: await editFeed(trx, person, params.feed, body),
    })),
});
