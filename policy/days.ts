import { z } from 'zod';

/** What one row or derivation can say about a day, for the order of certainty. */
const SAYINGS = ['excused', 'unexcused', 'unverified', 'tardy', 'present'] as const;

const minutes = z.int().min(1).max(1440);
const share = z.number().gt(0).max(1);

/**
 * How days are made from rows (the policy's `days`). Each key may be left out.
 * - `occasion`: how long a tardy, an early departure or a missed period must be to be a truancy event. EC 48260 says _more than_ a
 *   30-minute period, so 30 minutes exactly are none (`over`); a district's guide may say `at_least`.
 * - `fullDay.share`: the share of the day's periods, or of the day, that must be missed for a full day of absence; 1 means all.
 *   `fullDay.periods`: how many periods a day has where the source does not tell them all; without it, periods that may be only the
 *   missed ones make no full day.
 * - `length`: minutes of a period and of a day, where the source tells none.
 * - `certainty`: of two things said about one day, the earlier in this order is taken and the other kept.
 * - `wins`: where a row speaks of the whole day and others of its periods: the more certain one, or always the one or the other.
 * - `retractions`: a delivery that would take back at least `atLeast` days, and more than `share` of the days on record in its coverage,
 *   waits for a person.
 * - `recovery`: attendance recovery (EC 46211), at most so many days a year and days' credit a week; `offsetsRate`: whether they are
 *   taken off the days absent in the chronic-absence rate. They never change a day of absence.
 */
export const daysPolicy = z
  .strictObject({
    occasion: z.strictObject({ minutes, operator: z.enum(['over', 'at_least']) }).default({ minutes: 30, operator: 'over' }),
    fullDay: z.strictObject({ share, periods: z.int().min(1).max(20).optional() }).default({ share: 1 }),
    length: z.strictObject({ period: minutes, day: minutes }).default({ period: 50, day: 360 }),
    certainty: z
      .array(z.enum(SAYINGS))
      .refine((order) => new Set(order).size === SAYINGS.length && order.length === SAYINGS.length, {
        message: `name each of ${SAYINGS.join(', ')} once, the most certain first`,
      })
      .default([...SAYINGS]),
    wins: z.enum(['certainty', 'day', 'periods']).default('certainty'),
    retractions: z.strictObject({ share, atLeast: z.int().min(1) }).default({ share: 0.05, atLeast: 50 }),
    recovery: z
      .strictObject({ perYear: z.int().min(0).max(10), perWeek: z.int().min(0).max(5), offsetsRate: z.boolean() })
      .default({ perYear: 10, perWeek: 5, offsetsRate: false }),
  })
  .prefault({});
export type DaysPolicy = z.output<typeof daysPolicy>;
