import { z } from 'zod';
import { policyDraft } from '../../contracts/policy.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { draftOf, viewDraft } from '../../policy-drafts.ts';

export const getPolicyDraft = endpoint({
  method: 'get',
  path: '/v1/policy/drafts/:draft',
  operationId: 'getPolicyDraft',
  tag: 'policy',
  summary: 'A proposed version: its text, and in sentences what it changes in the policy in force',
  description: 'The ETag names what was read; an approval sends it as `If-Match`.',
  permission: 'see_policy',
  place: 'none',
  audit: { none: 'a policy is about no student' },
  params: z.strictObject({ draft: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The draft', schema: policyDraft } },
  async handler({ trx, params }) {
    const { view, etag } = await viewDraft(trx, await draftOf(trx, params.draft));
    return { status: 200, body: view, headers: { etag: `"${etag}"` } };
  },
});
