import { z } from 'zod';
import { applied, waiting, withReason } from '../../contracts/command.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveCommand } from '../../give-command.ts';

export const supersedeAction = endpoint({
  method: 'post',
  path: '/v1/cases/:id/actions/:actionId/supersede',
  operationId: 'supersedeAction',
  tag: 'cases',
  summary: 'Supersedes an erroneous entry; what it alone made true is asked for again',
  permission: 'document_action',
  place: 'case',
  audit: { none: 'recorded in the case by the command itself' },
  params: z.strictObject({ id: uuid, actionId: z.string().min(1).max(80) }),
  query: nothing,
  body: withReason,
  headers: commandHeaders,
  responses: { 200: { description: 'Superseded', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  handler: (request) =>
    giveCommand(request, {
      command: { kind: 'supersede_action', action: request.params.actionId },
      text: request.body.reason,
      success: 200,
    }),
});
