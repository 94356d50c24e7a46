import { z } from 'zod';

/**
 * What is asked of a school that comes to Rollbook when its year is under way (the policy's `midYear`).
 * - `underWay`: a school's year is under way when more than so many of its school days had begun before its calendar and its students
 *   were first known; nothing escalates there until a named person has released the school.
 */
export const midYearPolicy = z.strictObject({ underWay: z.int().min(0).max(180).default(10) }).prefault({});
export type MidYearPolicy = z.output<typeof midYearPolicy>;
