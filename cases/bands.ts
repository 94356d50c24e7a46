import type { Band, Ladder } from '../policy/ladder.ts';
import { remembered } from './remembered.ts';

/** What a band is judged by: all absences, of every kind, and the days enrolled and taught. */
interface Counted {
  absences: number;
  daysEnrolled: number;
}

/** The band of a standing; null below the first, and without a standing. */
export function bandOf(ladder: Ladder, standing: Counted | null): Band | null {
  return ladder.bands[bandPosition(ladder, standing)] ?? null;
}

/**
 * Its position on the ladder, from 0; -1 below the first band. By count, by rate, or the stricter of the two, as the policy says; by
 * rate nobody is beyond the first band before the policy's minimum of enrolled days. Whole numbers throughout: no rounding moves a line.
 */
export const bandPosition = remembered((ladder: Ladder, standing: Counted | null): number => {
  const { absences, daysEnrolled } = standing ?? { absences: 0, daysEnrolled: 0 };
  const byCount = ladder.bands.findLastIndex((band) => band.from !== null && absences >= band.from);
  if (ladder.bandsBy === undefined) return byCount;
  const byRate = absences === 0 ? -1 : daysEnrolled < (ladder.minimumDays ?? 0) ? 0 : rateReached(ladder.bands, absences, daysEnrolled);
  return ladder.bandsBy === 'rate' ? byRate : Math.max(byCount, byRate);
});

function rateReached(bands: Band[], absences: number, days: number): number {
  const attended = 1000 * (days - absences);
  return bands.findLastIndex(({ limit }, index) =>
    limit ? attended < limit.perMille * days || (limit.inclusive && attended === limit.perMille * days) : index === 0,
  );
}
