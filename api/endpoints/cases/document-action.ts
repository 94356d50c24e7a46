import { z } from 'zod';
import type { Command } from '../../../cases/messages.ts';
import { asAction, documentAction as contract } from '../../contracts/actions.ts';
import { applied, waiting } from '../../contracts/command.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { checkReferences } from '../../cross-references.ts';
import { endpoint } from '../../endpoint.ts';
import { giveCommand } from '../../give-command.ts';
import { ofOneself } from '../../partner-action.ts';

export const documentAction = endpoint({
  method: 'post',
  path: '/v1/cases/:id/actions',
  operationId: 'documentAction',
  tag: 'cases',
  summary: 'Documents something a person did: for a task, or one that no task asked for',
  description:
    'The case begins with it if it has not yet. `supersedes` replaces an erroneous entry, which stays in the record. The id of the action is the `commandId` of the answer.',
  permission: 'document_action',
  place: 'case',
  audit: { none: 'recorded in the case by the command itself' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Documented', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  async handler(request) {
    const { trx, body, subject, person } = request;
    const action = await checkReferences(trx, subject.studentId, ofOneself(person, asAction(body.action)), body.note);
    const command: Command = {
      kind: 'document_action',
      on: body.on,
      time: body.time,
      task: body.task,
      action,
      ...(body.supersedes === undefined ? {} : { supersedes: body.supersedes }),
    };
    return giveCommand(request, { command, text: body.note ?? null, success: 201 });
  },
});
