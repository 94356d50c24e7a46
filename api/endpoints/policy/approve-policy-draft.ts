import { z } from 'zod';
import { approvalHeaders, policyDraft } from '../../contracts/policy.ts';
import { nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { approveDraft, viewDraft } from '../../policy-drafts.ts';

export const approvePolicyDraft = endpoint({
  method: 'post',
  path: '/v1/policy/drafts/:draft/approve',
  operationId: 'approvePolicyDraft',
  tag: 'policy',
  summary: 'Approves a proposed version as you have read it; with the second approval it comes into force on its day',
  description:
    'Two people approve it, neither of whom proposed it. An approval of something that has changed since it was read is refused.',
  permission: 'approve_policy',
  place: 'district',
  audit: { none: 'a policy is about no student' },
  params: z.strictObject({ draft: uuid }),
  query: nothing,
  body: nothing,
  headers: approvalHeaders,
  responses: { 200: { description: 'Approved', schema: policyDraft } },
  handler: ({ trx, person, headers, params }) => {
    const asked = { ...params, seen: headers['if-match'] };
    return onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'approve_policy', asked }, async () => {
      const { view } = await viewDraft(trx, await approveDraft(trx, person, params.draft, headers['if-match']));
      return { status: 200, body: view };
    });
  },
});
