import { z } from 'zod';
import { applied, approveLetter as contract, waiting } from '../../contracts/command.ts';
import { code, judgementHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveJudgement } from '../../give-judgement.ts';

export const approveLetter = endpoint({
  method: 'post',
  path: '/v1/cases/:id/letters/:letter/approve',
  operationId: 'approveLetter',
  tag: 'cases',
  summary: 'A named person has read a letter and lets it go: its basis is frozen now',
  description: 'The id of the document is the `commandId` of the answer.',
  permission: 'approve_letter',
  place: 'case',
  audit: { discloses: 'case' },
  params: z.strictObject({ id: uuid, letter: code }),
  query: nothing,
  body: contract,
  headers: judgementHeaders,
  responses: { 201: { description: 'Approved', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  handler: (request) =>
    giveJudgement(request, {
      command: { kind: 'approve_letter', letter: request.params.letter, round: request.body.round },
      text: request.body.note ?? null,
      success: 201,
    }),
});
