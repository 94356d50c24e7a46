import { z } from 'zod';
import { readFeedDryRun } from '../../../store/feed-dry-runs.ts';
import { readProgress } from '../../../store/read/deliveries.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { feedDryRun, feedName } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { feedNamed } from '../../feed-change.ts';
import { Problem } from '../../problems.ts';

export const getFeedDryRun = endpoint({
  method: 'get',
  path: '/v1/feeds/:feed/dry-run',
  operationId: 'getFeedDryRun',
  tag: 'deliveries',
  summary: 'The latest dry run of a feed: how far it has come, or what the pull would do',
  permission: 'see_feeds',
  place: 'district',
  audit: { none: 'counts; no student is named' },
  params: z.strictObject({ feed: feedName }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The dry run', schema: feedDryRun } },
  async handler({ trx, params }) {
    const { feedId, name } = await feedNamed(trx, params.feed);
    const found = await readFeedDryRun(trx, feedId);
    if (found === null) throw new Problem('not-found', `The feed ${name} has not been tried out.`);
    let progress = null;
    for (const deliveryId of found.state === 'trying' ? found.deliveries : []) progress ??= await readProgress(trx, deliveryId);
    return { status: 200, body: { ...found, progress } };
  },
});
