import { z } from 'zod';
import { RECORD_CLASSES, RETENTION_FROM } from '../../policy/vocabulary.ts';
import { day, schoolId, uuid } from './common.ts';

const recordClass = z.enum(RECORD_CLASSES);

/** How long records are kept, and which have been kept long enough. */
export const pastRetention = z
  .strictObject({
    day: day.meta({ description: 'The district’s day, by which it is judged' }),
    rules: z
      .array(
        z.strictObject({
          class: recordClass,
          months: z.number().int().nullable().meta({ description: 'Null: for ever' }),
          from: z.enum(RETENTION_FROM).nullable(),
          clause: z.string(),
          sentence: z.string(),
        }),
      )
      .meta({ description: 'Of the policy in force; where it is silent, what the state asks at least' }),
    records: z.array(
      z.strictObject({
        caseId: uuid,
        school: schoolId,
        leftOn: day,
        class: recordClass,
        keptUntil: day.meta({ description: 'Last day for which these records have to be kept' }),
        clause: z.string(),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: 'PastRetention' });
