import { z } from 'zod';
import { closeRequiredPost } from '../../../store/intake/designees.ts';
import { readRequiredPosts } from '../../../store/read/designees.ts';
import { commandHeaders, nothing, role, text } from '../../contracts/common.ts';
import { requiredPosts } from '../../contracts/staff.ts';
import { staffAct } from '../../designees.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const dropPost = endpoint({
  method: 'post',
  path: '/v1/posts/:role/drop',
  operationId: 'dropPost',
  tag: 'staff',
  summary: 'Asks schools to fill a post no more, with a reason',
  permission: 'require_posts',
  place: 'district',
  audit: { none: 'what the district asks of its schools; the row keeps who ended it, when and why' },
  params: z.strictObject({ role }),
  query: nothing,
  body: z.strictObject({ reason: text }).meta({ id: 'DropPost' }),
  headers: commandHeaders,
  responses: { 200: { description: 'The posts as they are asked for now', schema: requiredPosts } },
  handler: ({ trx, person, headers, params, body }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'drop_post', asked: { ...params, ...body } }, async () => {
      if (!(await closeRequiredPost(trx, params.role, body.reason, await staffAct(trx, person))))
        throw new Problem('not-found', `No school is asked to fill the post of a ${params.role.replaceAll('_', ' ')}.`);
      return { status: 200, body: { posts: await readRequiredPosts(trx) } };
    }),
});
