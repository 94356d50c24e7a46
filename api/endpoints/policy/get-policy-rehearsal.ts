import { z } from 'zod';
import { policyRehearsal } from '../../contracts/rehearsal.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { viewRehearsal } from '../../policy-rehearsal.ts';

export const getPolicyRehearsal = endpoint({
  method: 'get',
  path: '/v1/policy/rehearsals/:rehearsal',
  operationId: 'getPolicyRehearsal',
  tag: 'policy',
  summary: 'How far a rehearsal has come, and what it found for the district as a whole',
  permission: 'rehearse_policy',
  place: 'district',
  audit: { none: 'counts of work; no student is named' },
  params: z.strictObject({ rehearsal: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'As it stands', schema: policyRehearsal } },
  handler: async ({ trx, params }) => ({ status: 200, body: await viewRehearsal(trx, params.rehearsal) }),
});
