import { z } from 'zod';
import { policyRehearsal } from '../../contracts/rehearsal.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { cancelRehearsal, viewRehearsal } from '../../policy-rehearsal.ts';

export const cancelPolicyRehearsal = endpoint({
  method: 'post',
  path: '/v1/policy/rehearsals/:rehearsal/cancel',
  operationId: 'cancelPolicyRehearsal',
  tag: 'policy',
  summary: 'Cancels a rehearsal that waits or goes on; whoever works on it stops within seconds',
  permission: 'rehearse_policy',
  place: 'district',
  audit: { none: 'ends work that has shown nobody anything' },
  params: z.strictObject({ rehearsal: uuid }),
  query: nothing,
  body: nothing,
  headers: commandHeaders,
  responses: { 200: { description: 'Cancelled', schema: policyRehearsal } },
  handler: ({ trx, person, params, headers }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'cancel_policy_rehearsal', asked: params }, async () => {
      await cancelRehearsal(trx, person, params.rehearsal);
      return { status: 200, body: await viewRehearsal(trx, params.rehearsal) };
    }),
});
