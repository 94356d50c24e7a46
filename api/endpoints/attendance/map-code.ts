import { attendanceWaiting, codeMapped, mapCode as contract } from '../../contracts/attendance.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveAttendanceCommand } from '../../give-attendance-command.ts';

export const mapCode = endpoint({
  method: 'post',
  path: '/v1/codes',
  operationId: 'mapCode',
  tag: 'attendance',
  summary: 'Says what a code means; the rows that were held for it become days',
  description:
    'What a code meant before stays on record. Days on record that were made of it are derived anew, and every change is in the ledger.',
  permission: 'map_codes',
  place: 'district',
  audit: { none: 'recorded by the command itself; no student is shown' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: {
    201: { description: 'Mapped', schema: codeMapped },
    202: { description: 'Written down; being mapped', schema: attendanceWaiting },
  },
  handler: (request) => giveAttendanceCommand(request, { kind: 'map_code', ...request.body }, 'district'),
});
