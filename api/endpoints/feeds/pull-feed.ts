import { z } from 'zod';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { feedName, pullAsked, pullFeed as contract } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { feedNamed } from '../../feed-change.ts';
import { onceInTransaction } from '../../give-district-command.ts';

export const pullFeed = endpoint({
  method: 'post',
  path: '/v1/feeds/:feed/pull',
  operationId: 'pullFeed',
  tag: 'deliveries',
  summary: 'Has a feed pulled now; one that is being pulled goes on as it is',
  description: 'What comes is a delivery like any other. How it goes is told with the feed.',
  permission: 'manage_feeds',
  place: 'district',
  audit: { none: 'takes data in and shows none' },
  params: z.strictObject({ feed: feedName }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 200: { description: 'Asked for', schema: pullAsked } },
  async handler({ trx, params, body, headers, person, services }) {
    const request = { person, key: headers['idempotency-key'], kind: 'pull_feed', asked: { ...params, ...body } };
    const answer = await onceInTransaction(trx, request, async () => {
      const { feedId, name } = await feedNamed(trx, params.feed);
      return { status: 200, body: { feedId, name, kind: body.kind } };
    });
    const { feedId } = answer.body as { feedId: string };
    return {
      async afterCommit() {
        await services.jobs.pullFeed({ feedId, kind: body.kind, askedBy: person.id });
        return answer;
      },
    };
  },
});
