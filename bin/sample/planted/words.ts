import { absent, type Mark, type Plan } from '../plan.ts';
import type { Household } from '../families.ts';
import type { Level } from '../schools.ts';
import { ordinary } from '../situation.ts';

/**
 * What situations are described with. Days are counted from 0, the first on which the student is enrolled and taught: day 20 lies in the
 * middle of September, 45 in the second half of October, 90 in January.
 */
export const everywhere = ordinary('elementary', 'middle', 'high');
export const secondary = ordinary('middle', 'high');

/** A year with nothing in it but these days. */
export const only =
  (mark: Mark, ...days: number[]) =>
  (plan: Plan): void => {
    plan.clear();
    for (const n of days) plan.set(n, mark);
  };
export const unexcused = absent('unexcused');
export const ill = absent('excused', 'illness');
export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

/** Puts the family's first child of a level into a year of school. */
export function ofYear(home: Household, level: Level, year: number): void {
  const child = home.children.find(({ school }) => school.level === level);
  if (child) child.year = year;
}
