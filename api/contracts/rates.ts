import { z } from 'zod';
import { FLAG_DIMENSIONS, GROUP_DIMENSIONS } from '../../store/rates.ts';
import { cursor, day, schoolId, uuid, wholeNumber } from './common.ts';
import { staleFeeds } from './feeds.ts';

export const dimension = z.enum([...GROUP_DIMENSIONS, ...FLAG_DIMENSIONS]);
const grade = z.string().min(1).max(20);

/** `lunch:Free`, `homeless:yes`; nothing after the colon are those of whom nothing is said. */
const group = z
  .string()
  .max(200)
  .transform((written, context) => {
    const colon = written.indexOf(':');
    const read = dimension.safeParse(written.slice(0, Math.max(0, colon)));
    if (read.success) return { dimension: read.data, value: written.slice(colon + 1) };
    context.addIssue({ code: 'custom', message: `write it as kind:value, with one of the kinds ${dimension.options.join(', ')}` });
    return z.NEVER;
  })
  .meta({ type: 'string', description: 'Only students of a group, as they stood', example: 'homeless:yes' });

/** Whom a number is asked of. */
const whom = {
  school: schoolId.optional(),
  grade: grade.optional(),
  group: group.optional(),
  asOf: day.optional().meta({ description: 'The last day that counts; the last one that was turned if absent' }),
  leastDays: wholeNumber(1, 200).optional().meta({
    description: 'Days enrolled from which on a student counts, where not those of the policy: 31 for the rate that California publishes',
  }),
};

export const ratesQuery = z.strictObject({
  by: z
    .enum(['school', 'grade', 'group', ...dimension.options])
    .optional()
    .meta({ description: 'What to tell apart; `group` is every kind of group' }),
  ...whom,
  months: z.enum(['true']).optional().meta({ description: 'Also as it was at the end of each month before' }),
  audience: z.enum(['outside']).optional().meta({ description: 'For a reader outside the schools: small groups are hidden' }),
});

export const rateStudentsQuery = z.strictObject({
  list: z.enum(['enrolled', 'students', 'chronic', 'severe']).default('chronic'),
  ...whom,
  cursor: cursor.optional(),
  limit: wholeNumber(1, 500).default(100),
});

const count = z.number().int();
const rate = z.number().nullable();
const days = z.strictObject({ days: count, absences: count, attendance: rate.meta({ description: 'Days attended of the days enrolled' }) });

const figures = z
  .strictObject({
    enrolled: count.meta({ description: 'Enrolled in the school year for a day or more' }),
    left: count.meta({ description: 'Of them, who has left' }),
    students: count.meta({ description: 'Of them, enrolled for days enough to count: what the rates are of' }),
    chronic: count,
    severe: count,
    chronicRate: rate,
    severeRate: rate,
    ...days.shape,
    byMode: z.array(days.extend({ mode: z.enum(['in_person', 'remote']) })),
    month: days.meta({ description: 'The days of the last month alone' }),
  })
  .meta({ id: 'RateFigures' });

const cell = z
  .strictObject({
    by: z.enum(['school', 'grade', ...dimension.options]).nullable(),
    value: z.string().nullable().meta({ description: 'Empty where nothing is said; null of all together' }),
    name: z.string().meta({ description: 'The same for people' }),
    figures: figures.nullable().meta({ description: 'Null where the group is too small to be shown, or would tell of one that is' }),
  })
  .meta({ id: 'RateCell' });

const rule = z
  .strictObject({
    chronicRate: z.number(),
    severeRate: z.number(),
    leastDays: count,
    smallest: count.meta({ description: 'Students below whom a group is hidden outside its schools' }),
    clause: z.string(),
    sentence: z.string().meta({ description: 'How it was counted' }),
  })
  .meta({ id: 'RateRule' });

const head = {
  asOf: day,
  from: day,
  school: schoolId.nullable(),
  grade: z.string().nullable(),
  group: z.strictObject({ dimension, value: z.string() }).nullable(),
  rule,
  taken: z
    .strictObject({ last: day.nullable(), missing: count, schools: count })
    .meta({ description: 'The last school day of which attendance has come, school days without it, and schools that have some' }),
  feeds: staleFeeds,
};

export const rates = z
  .strictObject({
    ...head,
    audience: z.enum(['schools', 'outside']),
    points: z
      .array(z.strictObject({ upTo: day, all: cell, cells: z.array(cell) }))
      .meta({ description: 'The ends of the months, if asked for, and the day itself at last' }),
  })
  .meta({ id: 'Rates' });

export const rateStudents = z
  .strictObject({
    ...head,
    list: z.enum(['enrolled', 'students', 'chronic', 'severe']),
    students: z.array(
      z
        .strictObject({
          studentId: uuid,
          caseId: uuid,
          localId: z.string(),
          firstName: z.string(),
          lastName: z.string(),
          school: schoolId,
          presentSchool: schoolId,
          grade: z.string().nullable(),
          here: z.boolean().meta({ description: 'False: has left' }),
          days: count,
          absences: count,
          madeUp: z.number(),
          remote: count,
          remoteAbsences: count,
          rate: z.number().meta({ description: 'Days missed of the days enrolled' }),
        })
        .meta({ id: 'RateStudent' }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: 'RateStudents' });
