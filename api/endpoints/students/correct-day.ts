import { z } from 'zod';
import { attendanceWaiting, correctDay as contract, dayCorrected } from '../../contracts/attendance.ts';
import { commandHeaders, day, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveAttendanceCommand } from '../../give-attendance-command.ts';

export const correctDay = endpoint({
  method: 'post',
  path: '/v1/students/:id/days/:date/corrections',
  operationId: 'correctDay',
  tag: 'attendance',
  summary: 'Clears or corrects a day of a student by hand, with the reason and how it was verified',
  description:
    'The correction stands until the student information system says something new about the day, or the same. Counts, truancy events ' +
    'and the case follow at once; what was on record stays in the ledger.',
  permission: 'correct_attendance',
  place: 'student',
  audit: { none: 'recorded in the ledger of corrections by the command itself' },
  params: z.strictObject({ id: uuid, date: day }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: {
    201: { description: 'Corrected', schema: dayCorrected },
    202: { description: 'Written down; being done', schema: attendanceWaiting },
  },
  handler: (request) =>
    giveAttendanceCommand(
      request,
      { kind: 'correct_day', student: request.params.id, date: request.params.date, ...request.body },
      request.subject.school,
    ),
});
