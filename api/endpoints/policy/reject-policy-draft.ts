import { z } from 'zod';
import { withReason } from '../../contracts/command.ts';
import { policyDraft } from '../../contracts/policy.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { endDraft, viewDraft } from '../../policy-drafts.ts';

export const rejectPolicyDraft = endpoint({
  method: 'post',
  path: '/v1/policy/drafts/:draft/reject',
  operationId: 'rejectPolicyDraft',
  tag: 'policy',
  summary: 'Rejects a proposed version, with a reason',
  description: 'One that was approved, too, as long as it is not in force.',
  permission: 'approve_policy',
  place: 'district',
  audit: { none: 'a policy is about no student' },
  params: z.strictObject({ draft: uuid }),
  query: nothing,
  body: withReason,
  headers: commandHeaders,
  responses: { 200: { description: 'Ended', schema: policyDraft } },
  handler: ({ trx, person, headers, params, body }) => {
    const asked = { ...params, ...body };
    return onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'reject_policy', asked }, async () => {
      const ended = await endDraft(trx, person, params.draft, { status: 'rejected', reason: body.reason });
      return { status: 200, body: (await viewDraft(trx, ended)).view };
    });
  },
});
