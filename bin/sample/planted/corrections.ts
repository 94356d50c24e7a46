import { absent, PRESENT, tardy } from '../plan.ts';
import type { Situation } from '../situation.ts';
import { everywhere, ill, only, unexcused } from './words.ts';

/** What is said of a day changes, or is said late. */
export const CORRECTIONS: Situation[] = [
  {
    key: 'cleared-after-the-report',
    what: 'Three unexcused days make a truancy report due; in November all three turn out to have been illness.',
    fits: everywhere,
    year: (plan) => {
      plan.clear();
      for (const n of [8, 14, 20]) {
        plan.set(n, unexcused);
        plan.correct(n, ill, 52);
      }
    },
  },
  {
    key: 'wrong-minutes',
    what: 'Three tardies of 31 minutes; weeks later one is found to have been of 20, and two are no truancy.',
    fits: everywhere,
    year: (plan) => {
      only(tardy(31), 10, 17, 24)(plan);
      plan.correct(24, tardy(20), 50);
    },
  },
  {
    key: 'was-in-class',
    what: 'Reported absent on three days and taken back later: the student had been in the library.',
    fits: everywhere,
    year: (plan) => {
      plan.clear();
      for (const n of [6, 13, 21]) {
        plan.set(n, unexcused);
        plan.correct(n, PRESENT, n + 25);
      }
    },
  },
  {
    key: 'cleared-on-the-last-day',
    what: 'Unverified days that are cleared on the tenth school day after the return, the last that counts.',
    fits: everywhere,
    year: (plan) => {
      plan.clear();
      for (const n of [5, 16, 30]) {
        plan.set(n, absent('unverified'));
        plan.correct(n, ill, n + 10);
      }
    },
  },
  {
    key: 'cleared-too-late',
    what: 'Unverified days that are cleared only after their window had ended and they had become truancy days.',
    fits: everywhere,
    year: (plan) => {
      plan.clear();
      for (const n of [5, 7, 9]) {
        plan.set(n, absent('unverified'));
        plan.correct(n, ill, n + 28);
      }
    },
  },
  {
    key: 'never-cleared',
    what: 'Four unverified days about which nobody ever calls.',
    fits: everywhere,
    year: only(absent('unverified'), 6, 7, 15, 26),
  },
  {
    key: 'nine-days-in-one-night',
    what: 'From three unexcused days to nine in one delivery: six of them were sent late, all at once.',
    fits: everywhere,
    year: (plan) => {
      plan.clear();
      for (const n of [4, 9, 14]) plan.set(n, unexcused);
      for (const n of [22, 25, 28, 31, 34, 36]) plan.set(n, unexcused, plan.days[41]!.day);
    },
  },
];
