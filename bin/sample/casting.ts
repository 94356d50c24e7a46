import { TAUGHT } from './calendar.ts';
import type { Household, SchoolsByLevel } from './families.ts';
import { PLANTED } from './planted/index.ts';
import type { Situation } from './situation.ts';
import { student, type Student } from './students.ts';

/** The family whose turn it is, and what it shows. */
export interface Claim {
  situation: Situation;
  child: number;
}

/** Hands out the situations, each to the first family that it fits and that shows no other. */
export class Casting {
  private waiting = [...PLANTED];

  constructor(private readonly schools: SchoolsByLevel) {}

  /** @returns what this family shows; null for nearly all. A family that is cut short by the district's size is not asked. */
  claim(home: Household): Claim | null {
    if (this.waiting.length === 0) return null;
    for (const [place, situation] of this.waiting.entries()) {
      const child = situation.fits(home, this.schools);
      if (child < 0) continue;
      this.waiting.splice(place, 1);
      situation.home?.(home, this.schools);
      return { situation, child };
    }
    return null;
  }

  /** What found no family, because the district is too small. */
  missing(): string[] {
    return this.waiting.map(({ key }) => key);
  }
}

/** A child as a student; one who shows a situation is enrolled as the situation wants it. */
export function cast(seed: number, index: number, home: Household, n: number, claim: Claim | null, schools: SchoolsByLevel): Student {
  const made = student(seed, index, home, home.children[n]!, schools);
  if (!claim || !shows(claim, n)) return made;
  const { school } = made.child;
  made.stays = [{ school, from: TAUGHT[school.calendar][0]!, to: null, reason: '' }];
  claim.situation.shape?.(made, schools);
  return made;
}

/** Whether the n-th child of the family shows the situation. */
export function shows({ situation, child }: Claim, n: number): boolean {
  return situation.everyChild === true || n === child;
}
