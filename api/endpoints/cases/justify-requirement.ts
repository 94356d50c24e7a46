import { z } from 'zod';
import { applied, justify, waiting } from '../../contracts/command.ts';
import { judgementHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveJudgement } from '../../give-judgement.ts';

export const justifyRequirement = endpoint({
  method: 'post',
  path: '/v1/cases/:id/justifications',
  operationId: 'justifyRequirement',
  tag: 'cases',
  summary: 'Justifies, in writing, why a requirement of the referral is not met; a condition of the statute never can be',
  permission: 'justify_requirement',
  place: 'case',
  audit: { discloses: 'case' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: justify,
  headers: judgementHeaders,
  responses: { 201: { description: 'Justified', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  handler(request) {
    const { requirement, ground, reason } = request.body;
    return giveJudgement(request, { command: { kind: 'justify_requirement', requirement, ground }, text: reason, success: 201 });
  },
});
