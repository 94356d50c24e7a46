import { policyDraft, proposePolicy as contract } from '../../contracts/policy.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { proposePolicy as propose, viewDraft } from '../../policy-drafts.ts';

export const proposePolicy = endpoint({
  method: 'post',
  path: '/v1/policy/drafts',
  operationId: 'proposePolicy',
  tag: 'policy',
  summary: 'Proposes a policy document as the next version: it is checked, kept with its text, and compared with the one in force',
  description: 'A document that is not valid is refused as `policy-invalid`, with path, line, reason and remedy of every problem.',
  permission: 'propose_policy',
  place: 'district',
  audit: { none: 'a policy is about no student' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Proposed; two other people have to approve it', schema: policyDraft } },
  handler: ({ trx, person, headers, body }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'propose_policy', asked: body }, async () => {
      const { view } = await viewDraft(trx, await propose(trx, person, body));
      return { status: 201, body: view };
    }),
});
