import { z } from 'zod';
import { TEAMS } from '../../policy/vocabulary.ts';
import { day, schoolId } from './common.ts';

export const schoolYear = z
  .string()
  .regex(/^\d{4}-\d{4}$/, 'write it as 2024-2025')
  .refine((name) => Number(name.slice(5)) === Number(name.slice(0, 4)) + 1, 'the second year follows the first')
  .meta({ example: '2024-2025' });

const count = z.int().min(0);

const yearlyRate = z
  .strictObject({
    school: schoolId.nullable().meta({ description: 'Null of the whole district' }),
    name: z.string().nullable(),
    students: count,
    chronic: count,
    rate: z.number().nullable(),
    counted: z.boolean().meta({ description: 'From attendance rows; else said by a person' }),
    whole: z.boolean().meta({ description: 'It is of the whole year' }),
    inForce: z.boolean().meta({ description: 'What requirements go by: what a person has said, else what was counted of a whole year' }),
    source: z.string(),
    onDay: day,
  })
  .meta({ id: 'YearlyRate' });

export const yearlyRates = z.strictObject({ schoolYear, rates: z.array(yearlyRate) }).meta({ id: 'YearlyRates' });

export const recordYearlyRates = z
  .strictObject({
    schoolYear,
    source: z.string().trim().min(3).max(500).meta({ description: 'Where the numbers come from: a report, a letter, a system' }),
    rates: z
      .array(
        z
          .strictObject({
            school: schoolId.nullable().meta({ description: 'Null of the whole district' }),
            students: count.min(1),
            chronic: count,
          })
          .refine(({ students, chronic }) => chronic <= students, { path: ['chronic'], message: 'more than there were students' }),
      )
      .min(1)
      .max(5_000)
      .refine((rates) => new Set(rates.map(({ school }) => school)).size === rates.length, 'a school stands there twice'),
  })
  .meta({ id: 'RecordYearlyRates' });

export const yearlyRatesRecorded = z
  .strictObject({ schoolYear, recorded: count.meta({ description: 'Rates that say something new' }) })
  .meta({ id: 'YearlyRatesRecorded' });

const place = z.enum(['yes', 'either', 'district', 'no', 'unknown']);

/** Whether the state requires its review team at a school: by the numbers of the year before. */
export const teamRequiredHere = z.strictObject({ here: place, sentence: z.string(), clause: z.string(), schoolYear }).meta({
  id: 'TeamRequired',
  description: 'Whether the state requires the team, by last year’s rates; `either` at the school or for the district',
});

export const reviewTeam = z
  .strictObject({
    required: z
      .strictObject({
        team: z.enum(TEAMS),
        title: z.string(),
        schoolYear: schoolYear.meta({ description: 'The year whose rates decide' }),
        place: z.enum(['district', 'schools', 'either', 'none', 'unknown']),
        sentence: z.string(),
        clause: z.string(),
        districtRate: z.number().meta({ description: 'From which on the district must have one' }),
        schoolRate: z.number(),
        district: yearlyRate.nullable(),
        schools: z.array(yearlyRate.extend({ here: place })),
      })
      .nullable()
      .meta({ description: 'Null in a state that requires no such team' }),
  })
  .meta({ id: 'ReviewTeam' });
