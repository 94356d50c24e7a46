import { readRequiredPosts } from '../../../store/read/designees.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { requiredPosts } from '../../contracts/staff.ts';
import { endpoint } from '../../endpoint.ts';

export const listPosts = endpoint({
  method: 'get',
  path: '/v1/posts',
  operationId: 'listPosts',
  tag: 'staff',
  summary: 'The posts that every school with students has to fill',
  permission: 'see_staff',
  place: 'none',
  audit: { none: 'what the district asks of its schools; no student is named' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'Posts by role', schema: requiredPosts } },
  handler: async ({ trx }) => ({ status: 200, body: { posts: await readRequiredPosts(trx) } }),
});
