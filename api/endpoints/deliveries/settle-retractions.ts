import { z } from 'zod';
import { attendanceWaiting, retractionsSettled, settleRetractions as contract } from '../../contracts/attendance.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveAttendanceCommand } from '../../give-attendance-command.ts';

export const settleRetractions = endpoint({
  method: 'post',
  path: '/v1/deliveries/:id/retractions',
  operationId: 'settleRetractions',
  tag: 'deliveries',
  summary: 'Lets the retractions of a delivery go ahead, or refuses them',
  permission: 'settle_retractions',
  place: 'district',
  audit: { none: 'recorded in the ledger of corrections by the command itself' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: {
    201: { description: 'Settled', schema: retractionsSettled },
    202: { description: 'Written down; being done', schema: attendanceWaiting },
  },
  handler: (request) =>
    giveAttendanceCommand(request, { kind: 'settle_retractions', delivery: request.params.id, ...request.body }, 'district'),
});
