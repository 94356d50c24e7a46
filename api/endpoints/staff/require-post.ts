import { writeRequiredPost } from '../../../store/intake/designees.ts';
import { readRequiredPosts } from '../../../store/read/designees.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { requirePost as contract, requiredPosts } from '../../contracts/staff.ts';
import { staffAct } from '../../designees.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';

export const requirePost = endpoint({
  method: 'post',
  path: '/v1/posts',
  operationId: 'requirePost',
  tag: 'staff',
  summary: 'Asks every school to fill a post, in place of what was asked of this role before; who does not is a vacancy at once',
  permission: 'require_posts',
  place: 'district',
  audit: { none: 'what the district asks of its schools; the row keeps who asked, and when' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'The posts as they are asked for now', schema: requiredPosts } },
  handler: ({ trx, person, headers, body }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'require_post', asked: body }, async () => {
      await writeRequiredPost(trx, body, await staffAct(trx, person));
      return { status: 201, body: { posts: await readRequiredPosts(trx) } };
    }),
});
