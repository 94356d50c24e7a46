import { z } from 'zod';
import { code, day, role, schoolId, uuid } from './common.ts';
import { mailService, messageState } from './message.ts';

export const overdueTasks = z
  .strictObject({
    school: schoolId,
    day,
    tasks: z.array(
      z.strictObject({
        caseId: uuid,
        task: code,
        round: z.number().int(),
        title: z.string(),
        step: code,
        owner: role,
        openedOn: day,
        dueOn: day,
        schoolDaysLate: z.number().int(),
        people: z
          .array(z.strictObject({ person: z.string(), name: z.string() }))
          .meta({ description: 'Whom it falls to; none when nobody can do it there' }),
        reminders: z
          .array(z.strictObject({ to: role, on: day, message: messageState.nullable() }))
          .meta({ description: 'Who was reminded, when, and what became of the message' }),
      }),
    ),
    mail: mailService,
    next: z.string().nullable(),
  })
  .meta({ id: 'OverdueTasks', description: 'Open tasks whose due day has passed, those that are late for longest first' });
