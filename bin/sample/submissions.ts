import { TAUGHT, type DayNumber } from './calendar.ts';
import { Random } from './random.ts';
import type { School } from './schools.ts';

/** Streams of chance that are drawn for a school. */
const SUBMISSIONS = 5;
const LATE = 0.004;
const NEVER = 0.0008;

/** The school-day that is always late, and the one that always stays away, by place in the list of schools and number of the school day. */
const PLANTED_LATE = { school: 0, schoolDay: 24, days: 2 };
const PLANTED_MISSING = { school: 1, schoolDay: 30 };

/**
 * On which night each day of a school is sent: nearly always the same day, sometimes days later, now and then never.
 * @returns by day; null is never
 */
export function submissionsOf(seed: number, school: School): Map<DayNumber, DayNumber | null> {
  const random = new Random(seed, SUBMISSIONS, school.index);
  const days = TAUGHT[school.calendar];
  return new Map(
    days.map((day, index) => {
      const drawn = random.next();
      const delay = random.int(1, 3);
      const number = index + 1;
      if (school.index === PLANTED_LATE.school && number === PLANTED_LATE.schoolDay) return [day, days[index + PLANTED_LATE.days]!];
      if (school.index === PLANTED_MISSING.school && number === PLANTED_MISSING.schoolDay) return [day, null];
      if (drawn < NEVER) return [day, null];
      return [day, drawn < NEVER + LATE ? (days[index + delay] ?? day) : day];
    }),
  );
}
