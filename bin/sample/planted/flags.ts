import { suspended } from '../absences.ts';
import { absent, PRESENT } from '../plan.ts';
import { ordinary, type Situation } from '../situation.ts';
import { everywhere, ill, only, range, secondary, unexcused } from './words.ts';

/** What changes the path of a case: plans, illness, programs, suspension. */
export const FLAGS: Situation[] = [
  {
    key: 'iep',
    what: 'Has an individualized education program, and misses much of the autumn.',
    fits: everywhere,
    shape: (one) => Object.assign(one, { iep: true, section504: false, disability: 'Autism' }),
    year: only(absent('unverified'), 3, 5, 9, 12, 16, 17, 21, 24, 28, 30, 33, 37, 40, 43),
  },
  {
    key: 'section-504',
    what: 'Has a 504 plan and eleven absences.',
    fits: everywhere,
    shape: (one) => Object.assign(one, { iep: false, section504: true, disability: '' }),
    year: only(ill, 3, 8, 9, 14, 18, 22, 26, 31, 35, 39, 44),
  },
  {
    key: 'long-illness',
    what: 'Twenty-six days of illness, all excused: every support step and no truancy.',
    fits: everywhere,
    shape: (one) => Object.assign(one, { medical: true }),
    year: only(ill, ...range(8, 20), ...range(26, 38)),
  },
  {
    key: 'on-probation',
    what: 'Known to juvenile justice, with ten unexcused days.',
    fits: ordinary('high'),
    shape: (one) => Object.assign(one, { juvenileJustice: true }),
    year: only(unexcused, 3, 6, 10, 13, 18, 22, 27, 31, 36, 42),
  },
  {
    key: 'continuation-student',
    what: 'At the continuation school, with an attendance that comes and goes.',
    fits: ordinary('continuation'),
    year: only(unexcused, 2, 5, 6, 10, 14, 15, 19, 23, 27, 28, 33, 37, 42),
  },
  {
    key: 'independent-study-incomplete',
    what: 'In independent study with weeks of work that was not handed in.',
    fits: ordinary('independent_study'),
    year: (plan) => {
      plan.clear();
      for (const n of plan.days.keys())
        plan.set(n, n >= 10 && n < 22 ? { ...absent('unexcused'), study: 'incomplete' } : { ...PRESENT, study: 'complete' });
    },
  },
  {
    key: 'short-independent-study',
    what: 'A week away under a written agreement, all work done: no absence.',
    fits: everywhere,
    year: only({ ...PRESENT, study: 'complete' }, ...range(20, 24)),
  },
  {
    key: 'suspended-out-of-school',
    what: 'Suspended for five days: absent for the rate, and no truancy.',
    fits: secondary,
    year: only(suspended('OSS'), ...range(15, 19)),
  },
  { key: 'suspended-in-school', what: 'Two days of in-school suspension: present.', fits: secondary, year: only(suspended('ISS'), 16, 17) },
];
