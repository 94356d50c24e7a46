import { z } from 'zod';
import { day, instant, role, schoolId, text } from './common.ts';
import { staleFeeds } from './feeds.ts';
import { mailService, messageState } from './message.ts';

const whole = { section: z.string(), period: z.string() };

export const submissionDays = z
  .strictObject({
    school: schoolId,
    withinMinutes: z.number().int().meta({ description: 'The policy’s limit for a section, from the beginning of the lesson' }),
    feeds: staleFeeds,
    mail: mailService,
    days: z.array(
      z.strictObject({
        date: day,
        taken: z.boolean().meta({ description: 'Attendance of the school day has come' }),
        submissions: z.array(
          z.strictObject({
            ...whole,
            course: z.string().nullable(),
            teacher: z.string().nullable(),
            startsAt: instant.nullable(),
            submittedAt: instant.nullable(),
            late: z.boolean(),
          }),
        ),
        missing: z.array(
          z.strictObject({
            ...whole,
            noticedOn: day,
            reminders: z.array(z.strictObject({ role, on: day, message: messageState.nullable() })),
          }),
        ),
      }),
    ),
  })
  .meta({
    id: 'SubmissionDays',
    description: 'What was submitted at a school, day by day, and who has not; an empty section is the whole day',
  });

export const declareTaken = z
  .strictObject({
    date: day,
    section: z.string().trim().min(1).max(80).optional().meta({ description: 'Absent: the whole school day' }),
    period: z.string().trim().min(1).max(20).optional(),
    note: text.meta({ description: 'Who says that attendance was taken, and how it is known' }),
  })
  .meta({ id: 'DeclareTaken' });
