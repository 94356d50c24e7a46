import { z } from 'zod';
import { askForFeedDryRun } from '../../../store/feed-dry-runs.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { feedDryRunAsked, feedName } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { feedNamed } from '../../feed-change.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const dryRunFeed = endpoint({
  method: 'post',
  path: '/v1/feeds/:feed/dry-run',
  operationId: 'dryRunFeed',
  tag: 'deliveries',
  summary: 'Finds out what the next pull of a feed would bring, and what would follow from it for cases and schools',
  description:
    'The source is asked for real, and what comes is tried out in a transaction that is rolled back: nothing is taken and no cursor moves. A paused ' +
    'feed can be tried out as well, so that its first pull can wait until somebody has seen what it would do.',
  permission: 'manage_feeds',
  place: 'district',
  audit: { none: 'counts what a pull would do and shows none of it' },
  params: z.strictObject({ feed: feedName }),
  query: nothing,
  body: nothing,
  headers: commandHeaders,
  responses: { 202: { description: 'Asked for; read what came of it at the address in `location`', schema: feedDryRunAsked } },
  async handler({ trx, params, headers, person, services }) {
    const request = { person, key: headers['idempotency-key'], kind: 'dry_run_feed', asked: params };
    const answer = await onceInTransaction(trx, request, async () => {
      const { feedId, name } = await feedNamed(trx, params.feed);
      const dryRunId = await askForFeedDryRun(trx, feedId, person.id);
      if (dryRunId === null) throw new Problem('feed-busy', `The feed ${name} is being tried out already; wait for it, or cancel it.`);
      return { status: 202, body: { feedId, dryRunId, name } };
    });
    const { feedId, dryRunId, name } = answer.body as z.infer<typeof feedDryRunAsked>;
    return {
      async afterCommit() {
        await services.jobs.dryRunFeed({ feedId, dryRunId });
        return { ...answer, headers: { location: `/v1/feeds/${name}/dry-run` } };
      },
    };
  },
});
