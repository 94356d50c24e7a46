import { z } from 'zod';
import { CADENCES } from '../../policy/vocabulary.ts';
import { day, role, schoolId, uuid } from './common.ts';
import { staleFeeds } from './feeds.ts';
import { schoolYear } from './yearly-rates.ts';

/** What a number is of: `letter:letter-1`, `meeting:sart`, `referral:habitual_truant`. */
export const numberKey = z
  .string()
  .max(120)
  .regex(/^[a-z_]+(:[a-z0-9_-]*)?$/);

const numbers = z
  .record(z.string(), z.number().int().nullable())
  .meta({ description: 'By the keys of the columns; null where a number is too small to be shown, or would tell of one that is' });

export const yearReport = z
  .strictObject({
    schoolYear,
    asOf: day.meta({ description: 'The last day that counts' }),
    audience: z.enum(['schools', 'outside']),
    owed: z
      .array(
        z.strictObject({
          report: z.string(),
          title: z.string(),
          clause: z.string(),
          to: z.string(),
          owner: role,
          cadence: z.enum(CADENCES),
        }),
      )
      .meta({ description: 'The reports that the policy in force says the district owes' }),
    columns: z.array(z.strictObject({ key: numberKey, title: z.string() })),
    schools: z.array(z.strictObject({ school: schoolId, name: z.string(), numbers })),
    district: numbers.nullable().meta({ description: 'Each student once; null for people of a school' }),
    feeds: staleFeeds,
  })
  .meta({ id: 'YearReport' });

export const yearRecords = z
  .strictObject({
    schoolYear,
    key: numberKey,
    records: z.array(z.strictObject({ caseId: uuid, localId: z.string(), school: schoolId, presentSchool: schoolId, day })),
    feeds: staleFeeds,
  })
  .meta({ id: 'YearRecords' });
