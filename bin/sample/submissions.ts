import { dayOf, TAUGHT, type DayNumber } from './calendar.ts';
import { Random } from './random.ts';
import type { School } from './schools.ts';

/** Streams of chance that are drawn for a school. */
const SUBMISSIONS = 5;
const LATE = 0.004;
const NEVER = 0.0002;

/** School-days that are always late: one at the first school, and one at the first middle school that stays away for two weeks. */
const PLANTED: { when(school: School): boolean; day: DayNumber; days: number }[] = [
  { when: ({ index }) => index === 0, day: dayOf('2025-08-20'), days: 2 },
  { when: ({ id }) => id === '20001', day: dayOf('2025-10-15'), days: 10 },
];

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
      const planted = PLANTED.find((one) => one.day === day && one.when(school));
      if (planted) return [day, days[index + planted.days]!];
      if (drawn < NEVER) return [day, null];
      return [day, drawn < NEVER + LATE ? (days[index + delay] ?? day) : day];
    }),
  );
}

/** The same where every day of a school is sent on its evening. */
export function submittedAtOnce(school: School): Map<DayNumber, DayNumber | null> {
  return new Map(TAUGHT[school.calendar].map((day) => [day, day]));
}
