import { z } from 'zod';
import { attendanceWaiting } from '../../contracts/attendance.ts';
import { commandHeaders, nothing, schoolId } from '../../contracts/common.ts';
import { releaseSchool as contract, schoolReleased } from '../../contracts/school.ts';
import { endpoint } from '../../endpoint.ts';
import { giveAttendanceCommand } from '../../give-attendance-command.ts';

export const releaseSchool = endpoint({
  method: 'post',
  path: '/v1/schools/:id/release',
  operationId: 'releaseSchool',
  tag: 'schools',
  summary: 'Releases a school whose year was under way when it came: from today on work begins there, with due days from today on',
  permission: 'release_school',
  place: 'school',
  audit: { none: 'about the school; the command itself records who released it, and why' },
  params: z.strictObject({ id: schoolId }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: {
    201: { description: 'Released', schema: schoolReleased },
    202: { description: 'Written down; being done', schema: attendanceWaiting },
  },
  handler: (request) =>
    giveAttendanceCommand(request, { kind: 'release_school', school: request.params.id, ...request.body }, request.params.id),
});
