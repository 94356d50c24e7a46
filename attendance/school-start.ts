import type { Transaction } from '../store/database.ts';
import type { AttendanceRules } from './rules.ts';
import { schoolYearOf, type Day } from './school-year.ts';

/** SQL: a school, of the table or alias given, whose year was under way when it came and that nobody has released. */
export const notReleased = (start: string): string => `${start}.under_way AND ${start}.released_on IS NULL`;

/**
 * Notes how each school came to Rollbook that has its calendar and its students since now: how many school days of the year had begun
 * before the day. More than the policy lets pass, and its year was under way: the standings of its students are held until a named person
 * releases the school. Decided once for each school; a school whose year begins with Rollbook is never held.
 */
export async function noticeStarts(
  trx: Transaction,
  input: { day: Day; deliveryId: string; rules: AttendanceRules['midYear'] },
): Promise<void> {
  const { day, deliveryId, rules } = input;
  await trx.raw(
    `INSERT INTO school_start (school_id, known_on, school_days, under_way, delivery_id)
     SELECT s.school_id, CAST(:day AS date), c.begun, c.begun > :underWay, CAST(:deliveryId AS uuid)
     FROM school s
     CROSS JOIN LATERAL (
       SELECT count(*) AS days, count(*) FILTER (WHERE date < CAST(:day AS date)) AS begun
       FROM calendar_day WHERE school_id = s.school_id AND instructional AND date >= CAST(:yearStart AS date)) AS c
     WHERE c.days > 0 AND NOT EXISTS (SELECT FROM school_start k WHERE k.school_id = s.school_id)
       AND EXISTS (SELECT FROM enrollment e WHERE e.school_id = s.school_id)`,
    { day, deliveryId, underWay: rules.underWay, yearStart: schoolYearOf(day).from },
  );
}
