import { z } from 'zod';
import { applied, waiting, withReason } from '../../contracts/command.ts';
import { judgementHeaders, nothing, uuid, wholeNumber } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveJudgement } from '../../give-judgement.ts';

export const withdrawReport = endpoint({
  method: 'post',
  path: '/v1/cases/:id/reports/:ordinal/withdraw',
  operationId: 'withdrawReport',
  tag: 'cases',
  summary: 'Withdraws a truancy report with a reason: it keeps its number and stops counting',
  permission: 'withdraw_report',
  place: 'case',
  audit: { discloses: 'case' },
  params: z.strictObject({ id: uuid, ordinal: wholeNumber(1, 1000) }),
  query: nothing,
  body: withReason,
  headers: judgementHeaders,
  responses: { 200: { description: 'Withdrawn', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  handler: (request) =>
    giveJudgement(request, {
      command: { kind: 'withdraw_report', ordinal: request.params.ordinal },
      text: request.body.reason,
      success: 200,
    }),
});
