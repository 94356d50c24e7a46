import type { Ladder } from '../policy/ladder.ts';
import type { Standing } from './events.ts';

/** School days of a school month (EC 37201: twenty schooldays, or four weeks of five days each). */
const SCHOOL_MONTH = 20;

/**
 * Whether a student, by the enrolled school days so far, has as many absences in the first months as the policy takes for an early warning:
 * so many within the first twenty days, so many within forty, and so on.
 */
export function isEarlyWarning({ firstMonths = [] }: Pick<Ladder, 'firstMonths'>, standing: Counts | null): boolean {
  if (standing === null) return false;
  const { absences, daysEnrolled } = standing;
  return firstMonths.some((line, n) => absences >= line && daysEnrolled <= SCHOOL_MONTH * (n + 1));
}

/** Whether a warning once given still has its absences: the months themselves pass. */
export function warningStands({ firstMonths = [] }: Pick<Ladder, 'firstMonths'>, standing: Counts | null): boolean {
  return standing !== null && firstMonths.length > 0 && standing.absences >= Math.min(...firstMonths);
}

type Counts = Pick<Standing, 'absences' | 'daysEnrolled'>;
