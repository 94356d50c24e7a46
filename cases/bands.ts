import type { Band, Ladder } from '../policy/ladder.ts';

/** The band of a number of absences (all kinds together); null below the first. */
export function bandOf(ladder: Ladder, absences: number): Band | null {
  return ladder.bands[bandPosition(ladder, absences)] ?? null;
}

/** Its position on the ladder, from 0; -1 below the first band. */
export function bandPosition(ladder: Ladder, absences: number): number {
  return ladder.bands.findLastIndex((band) => absences >= band.from);
}
