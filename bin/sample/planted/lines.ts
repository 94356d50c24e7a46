import { PRESENT, tardy } from '../plan.ts';
import { ordinary, type Situation } from '../situation.ts';
import { everywhere, ofYear, only, secondary, unexcused } from './words.ts';

/** Just on one side of a line that the law draws. */
export const LINES: Situation[] = [
  {
    key: 'tardy-exactly-30',
    what: 'Four tardies of exactly 30 minutes: not more than 30, so no truancy.',
    fits: everywhere,
    year: only(tardy(30), 7, 12, 18, 27),
  },
  {
    key: 'tardy-31',
    what: 'Three tardies of 31 minutes: a truant by occasions alone.',
    fits: everywhere,
    year: only(tardy(31), 7, 12, 18),
  },
  {
    key: 'cuts-periods',
    what: 'Present every day, and missing from the same period again and again.',
    fits: secondary,
    year: only({ ...PRESENT, kind: 'cut', excuse: 'unexcused', period: 3 }, 6, 11, 15, 19, 22, 28, 33, 40, 44),
  },
  {
    key: 'leaves-early',
    what: 'Leaves two hours early six times, with an appointment.',
    fits: everywhere,
    year: only({ ...tardy(120, 'excused'), kind: 'early', reason: 'medical' }, 8, 13, 18, 23, 28, 33),
  },
  {
    key: 'turns-6',
    what: 'Six years old in the first week of October: the days before are absences and no truancy, those after are both.',
    fits: ordinary('elementary'),
    home: (home) => ofYear(home, 'elementary', 1),
    shape: (one) => void (one.birthdate = '2019-10-07'),
    year: only(unexcused, 10, 15, 20, 26, 38, 41, 44, 47),
  },
  {
    key: 'turns-18',
    what: 'Eighteen years old on the third of November, with truancy days before and after.',
    fits: ordinary('high'),
    home: (home) => ofYear(home, 'high', 13),
    shape: (one) => void (one.birthdate = '2007-11-03'),
    year: only(unexcused, 8, 13, 20, 33, 61, 64, 66),
  },
];
