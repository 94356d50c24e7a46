import { z } from 'zod';
import { cancelFeedDryRun as cancel } from '../../../store/feed-dry-runs.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { feedDryRunAsked, feedName } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { feedNamed } from '../../feed-change.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const cancelFeedDryRun = endpoint({
  method: 'post',
  path: '/v1/feeds/:feed/dry-run/cancel',
  operationId: 'cancelFeedDryRun',
  tag: 'deliveries',
  summary: 'Cancels the dry run of a feed that is under way',
  permission: 'manage_feeds',
  place: 'district',
  audit: { none: 'ends a question that nobody asks any more' },
  params: z.strictObject({ feed: feedName }),
  query: nothing,
  body: nothing,
  headers: commandHeaders,
  responses: { 200: { description: 'Cancelled', schema: feedDryRunAsked } },
  handler: ({ trx, params, headers, person }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'cancel_feed_dry_run', asked: params }, async () => {
      const { feedId, name } = await feedNamed(trx, params.feed);
      const dryRunId = await cancel(trx, feedId, person.id);
      if (dryRunId === null) throw new Problem('not-found', `No dry run of the feed ${name} is under way.`);
      return { status: 200, body: { feedId, dryRunId, name } };
    }),
});
