import { weekdayOf } from '../calendar.ts';
import { absent } from '../plan.ts';
import { ordinary, type Situation } from '../situation.ts';
import { everywhere, ofYear, only, range, unexcused } from './words.ts';

/** How absences lie in the year. */
export const PATTERNS: Situation[] = [
  { key: 'never-absent', what: 'Not absent once.', fits: everywhere, year: (plan) => plan.clear() },
  {
    key: 'first-month',
    what: 'Four absences in the first month, the early sign of a chronic year.',
    fits: everywhere,
    year: only(absent('unverified'), 2, 7, 8, 15),
  },
  {
    key: 'mondays',
    what: 'Away on Mondays.',
    fits: everywhere,
    year: (plan) => {
      plan.clear();
      for (const [n, { day }] of plan.days.entries()) if (weekdayOf(day) === 1 && n % 4 !== 0) plan.set(n, absent('unverified'));
    },
  },
  {
    key: 'after-long-weekends',
    what: 'Away on the day after every long weekend and every break.',
    fits: everywhere,
    year: (plan) => {
      plan.clear();
      for (const [n, { day }] of plan.days.entries()) if (n > 0 && day - plan.days[n - 1]!.day > 3) plan.set(n, absent('unverified'));
    },
  },
  {
    key: 'two-weeks-away',
    what: 'Ten days in a row, about which nobody has heard.',
    fits: everywhere,
    year: only(absent('unverified'), ...range(24, 33)),
  },
  {
    key: 'recovers',
    what: 'Nine absences until the middle of October, and none since.',
    fits: everywhere,
    year: only(unexcused, 2, 6, 9, 13, 17, 21, 26, 33, 40),
  },
  {
    key: 'gets-worse',
    what: 'A little more often away every month.',
    fits: everywhere,
    year: (plan) => {
      plan.clear();
      for (const n of plan.days.keys()) if (n > 5 && (n * 7) % 60 < n / 3) plan.set(n, absent(n % 3 === 0 ? 'unexcused' : 'unverified'));
    },
  },
  {
    key: 'hardly-comes',
    what: 'Absent on nearly every second day, unexcused: the whole ladder.',
    fits: ordinary('high'),
    home: (home) => ofYear(home, 'high', 11),
    year: (plan) => {
      plan.clear();
      for (const n of plan.days.keys()) if (n % 9 < 4) plan.set(n, unexcused);
    },
  },
];
