import { z } from 'zod';
import { MESSAGE_STATES } from '../../store/read/staff-messages.ts';
import { day, instant, role, schoolId, uuid } from './common.ts';

/** What people who work for the district are told by mail. */

export const messageState = z.enum(MESSAGE_STATES).meta({
  id: 'MessageState',
  description:
    '`unaddressed`: goes to nobody, or no address is known; `refused`: by the mail server, for good; `lapsed`: nothing of it was missing any more before it left',
});

export const mailService = z
  .strictObject({
    server: z
      .enum(['set', 'not_set'])
      .meta({ description: 'Whether a worker that can send mail has been at work within the last minutes' }),
    problem: z.string().nullable().meta({ description: 'Why the last message could not be handed over' }),
    waiting: z.number().int(),
    unaddressed: z.number().int(),
    refused: z.number().int().meta({ description: 'Within the last thirty days' }),
  })
  .meta({ id: 'MailService', description: 'Whether mail can leave, and how many messages have not' });

export const staffMessage = z
  .strictObject({
    messageId: uuid,
    school: schoolId,
    schoolName: z.string(),
    role,
    person: z
      .strictObject({ id: z.string(), name: z.string() })
      .nullable()
      .meta({ description: 'Null: a teacher of the roster, or nobody' }),
    address: z.string().nullable(),
    day: day.meta({ description: 'The day whose turn wrote it' }),
    state: messageState,
    sentence: z.string().meta({ description: 'What has become of it, and what to do if it has not left' }),
    about: z
      .strictObject({
        submissions: z.number().int(),
        tasks: z.number().int(),
        standing: z.number().int().meta({ description: 'Of both, what is still missing or open' }),
      })
      .meta({ description: 'What it reminds of' }),
    subject: z.string().nullable().meta({ description: 'As it was last handed over; null before' }),
    text: z.string().nullable(),
    tries: z.number().int(),
    nextTryAt: instant.nullable(),
    outcomeAt: instant.nullable(),
    problem: z.string().nullable().meta({ description: 'In the words of the mail server' }),
  })
  .meta({ id: 'StaffMessage' });

export const staffMessages = z
  .strictObject({ mail: mailService, messages: z.array(staffMessage), next: z.string().nullable() })
  .meta({ id: 'StaffMessages' });
