import { z } from 'zod';
import { code, day, instant, problem, text, uuid } from './common.ts';
import { LEGAL_ROLES, ORDER_LIMITS } from '../../cases/index.ts';
import { GROUNDS, REFERRED_TO_BODIES } from '../../policy/vocabulary.ts';

/** What a command does to a case, as its giver is told. */
export const applied = z
  .strictObject({
    commandId: uuid,
    caseId: uuid,
    outcome: z.literal('applied'),
    seq: z.number().int().meta({ description: 'Sequence number of the case after the command; also its ETag' }),
  })
  .loose()
  .meta({ id: 'Applied' });

export const waiting = z
  .strictObject({ commandId: uuid, caseId: uuid, outcome: z.null(), readAt: z.string() })
  .meta({ id: 'Waiting', description: 'Written down and on its way. Nothing is lost: read the outcome at the address in `readAt`.' });

export const commandState = z
  .strictObject({
    commandId: uuid,
    caseId: uuid,
    kind: z.string(),
    receivedAt: instant,
    outcome: z.enum(['applied', 'refused']).nullable(),
    outcomeAt: instant.nullable(),
    result: z.union([applied, problem]).nullable(),
  })
  .meta({ id: 'CommandState' });

export const openCase = z
  .strictObject({ student: uuid, reason: text.meta({ description: 'Why a case is opened by hand' }) })
  .meta({ id: 'OpenCase' });

export const withReason = z.strictObject({ reason: text }).meta({ id: 'WithReason' });

export const fileReport = z
  .strictObject({
    events: z.array(day).min(1).max(200).meta({ description: 'The unexcused days it rests on; each serves one report' }),
    filedWith: code.default('attendance_supervisor').meta({ description: 'With whom: a code, not a name' }),
    on: day,
    note: text.optional(),
  })
  .meta({ id: 'FileReport' });

export const approveLetter = z
  .strictObject({ round: z.number().int().min(1), note: text.optional() })
  .meta({ id: 'ApproveLetter', description: 'You have read the letter and its basis, and it may go out' });

export const justify = z
  .strictObject({ requirement: code, ground: z.enum(GROUNDS), reason: text })
  .meta({ id: 'Justify', description: 'Why a requirement that is not met is justified; printed in the packet' });

export const refer = z
  .strictObject({
    to: z.enum(REFERRED_TO_BODIES).optional().meta({ description: 'Absent: to whom the policy of the case refers' }),
    ground: z.enum(GROUNDS),
    note: text.optional(),
  })
  .meta({ id: 'Refer' });

const changed = (max: number) => z.string().trim().min(1).max(max).optional();
const cleared = (max: number) => z.string().trim().min(1).max(max).nullable().optional();

export const correctContact = z
  .strictObject({
    result: z.enum(['corrected', 'confirmed', 'removed']),
    changes: z
      .strictObject({
        firstName: changed(100),
        lastName: changed(100),
        relationship: changed(60),
        phone: cleared(40),
        phoneType: cleared(20),
        email: z.email().nullable().optional(),
        street: cleared(200),
        city: cleared(100),
        state: cleared(40),
        zip: cleared(20),
        language: cleared(35),
        legalRole: z.enum(LEGAL_ROLES).nullable().optional(),
        courtOrder: z
          .strictObject({
            text: text.meta({ description: 'Court, number and what the order says' }),
            on: day.nullable().default(null),
            until: day.nullable().default(null),
            limits: z.array(z.enum(ORDER_LIMITS)).min(1),
          })
          .nullable()
          .optional()
          .meta({ description: 'The order of a court that limits this person’s rights; null when it was lifted' }),
      })
      .optional()
      .meta({ description: 'What is different now; required when the result is `corrected`, refused otherwise' }),
    on: day,
    task: z
      .strictObject({ task: code, round: z.number().int().min(1) })
      .nullable()
      .default(null),
    note: text,
  })
  .refine(({ result, changes }) => (result === 'corrected') === (changes !== undefined && Object.keys(changes).length > 0), {
    path: ['changes'],
    error: 'say what is different when the result is "corrected", and nothing otherwise',
  })
  .meta({ id: 'CorrectContact' });
