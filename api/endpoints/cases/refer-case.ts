import { z } from 'zod';
import { applied, refer, waiting } from '../../contracts/command.ts';
import { judgementHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveJudgement } from '../../give-judgement.ts';

export const referCase = endpoint({
  method: 'post',
  path: '/v1/cases/:id/referral',
  operationId: 'referCase',
  tag: 'cases',
  summary: 'Refers the case to SARB on a ground; refused, with the list of what is missing, until every requirement is met or justified',
  permission: 'refer',
  place: 'case',
  audit: { discloses: 'case' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: refer,
  headers: judgementHeaders,
  responses: { 201: { description: 'Referred', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  handler: (request) =>
    giveJudgement(request, {
      command: { kind: 'refer', to: request.body.to, ground: request.body.ground },
      text: request.body.note ?? null,
      success: 201,
    }),
});
