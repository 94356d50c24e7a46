import { z } from 'zod';
import { ROLES } from './vocabulary.ts';

/**
 * When attendance counts as taken, and what happens while it is not (the policy's `submissions`). Each key may be left out.
 * - `withinMinutes`: a section's attendance is late when it was submitted later than so many minutes after the lesson began, where the
 *   source tells both.
 * - `graceSchoolDays`: a school day of which nothing has come is missing when more than so many later school days have begun: the file of
 *   a day comes in the night after it, or the next.
 * - `remind`: who is reminded of what is missing, so many school days after the missing day.
 */
export const submissionsPolicy = z
  .strictObject({
    withinMinutes: z.int().min(1).max(480).default(15),
    graceSchoolDays: z.int().min(0).max(20).default(1),
    remind: z.array(z.strictObject({ role: z.enum(ROLES), after: z.int().min(0).max(60) })).default([
      { role: 'teacher', after: 1 },
      { role: 'principal', after: 2 },
    ]),
  })
  .prefault({});
export type SubmissionsPolicy = z.output<typeof submissionsPolicy>;
