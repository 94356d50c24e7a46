import { z } from 'zod';
import { ROLES } from '../../policy/vocabulary.ts';
import { code, cursor, day, instant, role, schoolId, uuid, wholeNumber } from './common.ts';

const which = z.enum(['draft', 'in_force']).meta({ description: 'The draft, or the policy in force that it is compared with' });

export const rehearsePolicy = z
  .strictObject({
    document: z
      .string()
      .min(1)
      .max(500_000)
      .optional()
      .meta({ description: 'The whole policy document to rehearse, YAML; without one the policy in force is rehearsed' }),
    from: day.meta({ description: 'First day of the span' }),
    to: day.meta({ description: 'Last day, of the same school year' }),
    schools: z.array(schoolId).min(1).max(2_000).optional().meta({ description: 'Only students of these schools; without it, all' }),
    compare: z.boolean().default(true).meta({ description: 'Replay the policy in force alike and set it beside' }),
    responses: z
      .union([z.enum(['assumed', 'recorded']), z.looseObject({})])
      .default('assumed')
      .meta({
        description:
          'What people are taken to do: `assumed`, the table of docs/rehearsal.md; `recorded`, what this district’s own record shows; or a table of your own, as there',
      }),
  })
  .meta({ id: 'RehearsePolicy' });

export const rehearsalAsked = z.strictObject({ rehearsalId: uuid, status: z.literal('queued') }).meta({ id: 'RehearsalAsked' });

const measures = {
  tasks: z.number().int(),
  calls: z.number().int(),
  letters: z.number().int(),
  visits: z.number().int(),
  meetings: z.number().int(),
  sarts: z.number().int(),
  reports: z.number().int(),
  referrals: z.number().int(),
};
const minutes = z.partialRecord(z.enum(ROLES), z.number()).meta({ description: 'Minutes of staff time, by role' });
const policy = z.strictObject({ id: z.string(), version: z.number().int() });

export const policyRehearsal = z
  .strictObject({
    rehearsalId: uuid,
    status: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
    from: day,
    to: day,
    schools: z.array(schoolId).nullable(),
    policies: z.array(z.strictObject({ which, id: z.string(), version: z.number().int() })),
    responses: z
      .union([z.literal('recorded'), z.looseObject({})])
      .meta({ description: 'The table that counts; `recorded` until it has been read from the record' }),
    askedBy: z.string(),
    askedRole: role,
    askedAt: instant,
    progress: z.strictObject({ done: z.number().int(), of: z.number().int().nullable() }).meta({
      description: 'Students that are through, of those of whom anything is on record; null until they have been counted',
    }),
    result: z
      .array(
        z.strictObject({
          which,
          policy,
          students: z.number().int().meta({ description: 'Of whom anything was on record' }),
          cases: z.number().int().meta({ description: 'Cases that began' }),
          totals: z.strictObject(measures),
          minutes,
          tasks: z.array(
            z.strictObject({
              task: z.string(),
              title: z.string(),
              opened: z.number().int(),
              done: z.number().int(),
              late: z.number().int().meta({ description: 'Whose due day passed while they were open' }),
            }),
          ),
          steps: z.array(z.strictObject({ step: z.string(), name: z.string(), students: z.number().int() })).meta({
            description: 'Students who stand in each band on the last day; of the first, those with a report, a letter or a referral',
          }),
        }),
      )
      .nullable()
      .meta({ description: 'The draft first; null until it is done' }),
    problem: z.string().nullable(),
    endedBy: z.string().nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'PolicyRehearsal', description: 'What a policy would have asked of a past span; it is kept for thirty days' });

export const rehearsedWeeksQuery = z.strictObject({
  which: which.default('draft'),
  school: schoolId.optional().meta({ description: 'One school; without it, all added up' }),
});

export const rehearsedWeeks = z
  .strictObject({ weeks: z.array(z.strictObject({ week: day.meta({ description: 'Its Monday' }), ...measures, minutes })) })
  .meta({ id: 'RehearsedWeeks' });

export const rehearsedStudentsQuery = z.strictObject({
  which: which.default('draft'),
  step: code.optional(),
  school: schoolId.optional(),
  cursor: cursor.optional(),
  limit: wholeNumber(1, 500).default(100),
});

export const rehearsedStudents = z
  .strictObject({
    students: z.array(
      z.strictObject({
        studentId: uuid,
        caseId: uuid,
        localId: z.string(),
        firstName: z.string(),
        middleName: z.string().nullable(),
        lastName: z.string(),
        school: schoolId.meta({ description: 'Where the student is now' }),
        step: z.string().nullable(),
        phase: z.string(),
        openTasks: z.number().int(),
        reports: z.number().int(),
        letters: z.number().int(),
        referred: z.boolean(),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({
    id: 'RehearsedStudents',
    description: 'Where each case would have stood on the last day, had the policy been in force. No case stands there.',
  });
