import { z } from 'zod';

/**
 * What an enrollment that ends with the school year means (the policy's `yearEnd`). Many systems end every enrollment in June and begin
 * another in August: that is summer, and nobody has left.
 * - `reasons`: what an exit reason says, anywhere in it and in whatever letter case, that means nothing more than that the year is over;
 *   no reason at all means so too.
 * - `returnWithin`: who has no enrollment when more than so many school days of the next year have begun, has left.
 */
export const yearEndPolicy = z
  .strictObject({
    reasons: z.array(z.string().min(2)).default(['E155', 'year end', 'year-end', 'end of year', 'end of school year', 'promoted']),
    returnWithin: z.int().min(0).max(60).default(5),
  })
  .prefault({});
export type YearEndPolicy = z.output<typeof yearEndPolicy>;
