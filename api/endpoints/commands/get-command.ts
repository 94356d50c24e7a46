import { z } from 'zod';
import type { Refusal } from '../../../cases/messages.ts';
import { readCaseLadder } from '../../../store/read/case-record.ts';
import { readCommand } from '../../../store/read/commands.ts';
import { commandState } from '../../contracts/command.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { appliedResult } from '../../give-command.ts';
import { Problem, refusalProblem } from '../../problems.ts';
import { inWords } from '../../wording.ts';

export const getCommand = endpoint({
  method: 'get',
  path: '/v1/commands/:id',
  operationId: 'getCommand',
  tag: 'commands',
  summary: 'The outcome of a command that you gave: applied, refused with its reason, or still on its way',
  permission: 'see_own_commands',
  place: 'command',
  audit: { none: 'shows its giver what became of their own command' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The command', schema: commandState } },
  async handler({ trx, params }) {
    const row = await readCommand(trx, params.id);
    if (row === null) throw new Problem('not-found', 'You have given no such command.');
    const { commandId, caseId, kind, receivedAt, outcome, outcomeAt, outcomeBody } = row;
    const result =
      outcome === 'applied'
        ? appliedResult(row)
        : outcome === 'refused'
          ? refusalProblem(inWords(outcomeBody as Refusal, await readCaseLadder(trx, caseId)))
          : null;
    return { status: 200, body: { commandId, caseId, kind, receivedAt, outcome, outcomeAt, result } };
  },
});
