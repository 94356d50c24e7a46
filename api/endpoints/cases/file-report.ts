import { z } from 'zod';
import { applied, fileReport as contract, waiting } from '../../contracts/command.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveCommand } from '../../give-command.ts';

export const fileReport = endpoint({
  method: 'post',
  path: '/v1/cases/:id/reports',
  operationId: 'fileReport',
  tag: 'cases',
  summary: 'Files a truancy report with the attendance supervisor, on unexcused events whose clearing window has ended',
  permission: 'file_report',
  place: 'case',
  audit: { none: 'recorded in the case by the command itself' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Filed', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  handler(request) {
    const { events, filedWith, on, note } = request.body;
    return giveCommand(request, {
      command: { kind: 'file_report', events: [...new Set(events)].sort(), filedWith, on },
      text: note ?? null,
      success: 201,
    });
  },
});
