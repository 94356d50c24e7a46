import { nothing, commandHeaders } from '../../contracts/common.ts';
import { applied, openCase as contract, waiting } from '../../contracts/command.ts';
import { admit } from '../../access.ts';
import { endpoint } from '../../endpoint.ts';
import { giveCommand } from '../../give-command.ts';
import { Problem } from '../../problems.ts';

export const openCase = endpoint({
  method: 'post',
  path: '/v1/cases',
  operationId: 'openCase',
  tag: 'cases',
  summary: 'Opens the case of a student by hand, with a reason',
  permission: 'open_case',
  place: 'none',
  audit: { none: 'recorded in the case by the command itself' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Opened', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  async handler(request) {
    const { trx, person, body } = request;
    const subject = await admit(trx, person, 'open_case', { kind: 'student', id: body.student });
    if (subject === null) throw new Problem('not-found', 'There is no such student among those you can see.');
    return giveCommand({ ...request, subject }, { command: { kind: 'open_case' }, text: body.reason, success: 201 });
  },
});
