import { attendancePolicy } from './attendance.ts';
import { profileOf } from './index.ts';
import type { Ladder } from './ladder.ts';

/** How a rate of chronic absence is counted, and which groups are too small to be shown outside their school. */
export interface RateRule {
  /** Share of the days enrolled that makes a student chronically absent (EC 60901, CGS 10-198c). */
  chronicRate: number;
  /** Twice that: severely. */
  severeRate: number;
  /** Days enrolled from which on a student counts. */
  leastDays: number;
  /** Caps within which days made up are taken off the days absent; null where they are not. */
  madeUp: { perYear: number; perWeek: number } | null;
  /** Students below whom a group is hidden outside the schools that they attend. */
  smallest: number;
  clause: string;
}

/**
 * The rule of a policy in the course of a year: students count from the policy's `minimumDays` on, below which its rates mean nothing. What
 * makes a student chronically absent and what is too small to be shown comes from the state.
 */
export function rateRule({ document, ladder }: { document: string; ladder: Ladder }): RateRule {
  const { state, minimumDays, days } = attendancePolicy(document);
  const { rates, law } = profileOf(state);
  const { chronicRate } = ladder.statute;
  return {
    chronicRate,
    severeRate: 2 * chronicRate,
    leastDays: Math.max(1, minimumDays),
    madeUp: days.recovery.offsetsRate ? { perYear: days.recovery.perYear, perWeek: days.recovery.perWeek } : null,
    smallest: rates.smallest,
    clause: law.chronicAbsence,
  };
}

/** The rule of a whole year, as the state publishes it. */
export function publishedRateRule(policy: { document: string; ladder: Ladder }): RateRule {
  const { leastDays, clause } = profileOf(attendancePolicy(policy.document).state).rates;
  return { ...rateRule(policy), leastDays, clause };
}
