import { z } from 'zod';

/** The systems that can be pulled. */
export const FEED_SYSTEMS = ['edfi', 'aeries'] as const;
export type FeedSystem = (typeof FEED_SYSTEMS)[number];

/** What a system is called. */
export const FEED_TITLES: Record<FeedSystem, string> = { edfi: 'Ed-Fi API', aeries: 'Aeries API' };

/**
 * Where a feed's secret may lie: a variable of the worker's environment, or a file in its folder of secrets. Nothing else of either can be
 * named, so that nobody who may add a feed can have other secrets sent somewhere.
 */
export const FEED_SECRET = /^(env:ROLLBOOK_FEED_[A-Z0-9_]{1,60}|file:[A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:MM')
  .meta({ example: '02:00' });

/** When a feed is pulled, and of what it speaks. Times of day are those of the district. */
export const feedSettings = z
  .strictObject({
    schools: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(2000)
      .nullable()
      .default(null)
      .meta({ description: 'Schools it speaks of; null means all that the source has' }),
    at: z
      .array(clock)
      .min(1)
      .max(24)
      .default(['02:00'])
      .meta({ description: 'When it is pulled, every day' })
      .transform((times) => [...new Set(times)].sort()),
    reconcileOn: z.int().min(1).max(7).default(6).meta({ description: 'Weekday of the full reconcile: 1 is Monday, 7 is Sunday' }),
    dayEndsAt: clock
      .default('16:00')
      .meta({ description: 'From this time of day on, what is pulled says everything about the day itself; before, about the days up to yesterday' }),
    windowDays: z
      .int()
      .min(1)
      .max(60)
      .default(15)
      .meta({ description: 'Days that are read anew with each pull of a system that cannot tell what changed' }),
  })
  .meta({ id: 'FeedSettings' });
export type FeedSettings = z.output<typeof feedSettings>;
