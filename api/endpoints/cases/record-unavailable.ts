import { z } from 'zod';
import { applied, waiting, withReason } from '../../contracts/command.ts';
import { code, commandHeaders, nothing, uuid, wholeNumber } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveCommand } from '../../give-command.ts';

export const recordUnavailable = endpoint({
  method: 'post',
  path: '/v1/cases/:id/tasks/:task/:round/unavailable',
  operationId: 'recordUnavailable',
  tag: 'cases',
  summary: 'Completes a task as not available, because of a reason, where the protocol allows it',
  permission: 'document_action',
  place: 'case',
  audit: { none: 'recorded in the case by the command itself' },
  params: z.strictObject({ id: uuid, task: code, round: wholeNumber(1, 10_000) }),
  query: nothing,
  body: withReason,
  headers: commandHeaders,
  responses: { 200: { description: 'Recorded', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  handler: (request) =>
    giveCommand(request, {
      command: { kind: 'record_unavailable', task: request.params.task, round: request.params.round },
      text: request.body.reason,
      success: 200,
    }),
});
