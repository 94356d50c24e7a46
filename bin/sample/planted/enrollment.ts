import { TAUGHT } from '../calendar.ts';
import { ordinary, type Situation } from '../situation.ts';
import { moved } from '../students.ts';
import { everywhere, only, unexcused } from './words.ts';

/** Who comes, goes, moves, and is there twice. */
export const ENROLLMENT: Situation[] = [
  {
    key: 'moves-within-the-district',
    what: 'Changes school in September with truancy days at both: the case goes along.',
    fits: (home, { elementary }) => (elementary.length > 1 ? ordinary('elementary')(home) : -1),
    shape: (one, { elementary }) => {
      const from = one.stays[0]!;
      one.stays = moved(
        from,
        elementary.find((school) => school !== from.school)!,
        28,
      );
    },
    year: only(unexcused, 5, 11, 19, 32, 36, 41),
  },
  {
    key: 'high-school-to-continuation-school',
    what: 'Leaves the high school for the continuation school in October with nine unexcused days.',
    fits: ordinary('high'),
    shape: (one, { continuation }) => {
      one.stays = moved(one.stays[0]!, continuation[0]!, 40);
    },
    year: only(unexcused, 3, 7, 12, 15, 18, 23, 27, 30, 36, 44, 48, 52, 57),
  },
  {
    key: 'leaves-the-district',
    what: 'Transferred to another district in October, in the middle of a case.',
    fits: everywhere,
    shape: (one) => {
      one.stays[0]!.to = TAUGHT[one.child.school.calendar][36]!;
      one.stays[0]!.reason = 'Transferred to another district';
    },
    year: only(unexcused, 4, 9, 10, 16, 22, 23, 29, 30, 34),
  },
  {
    key: 'comes-mid-year',
    what: 'Enters in January and misses two of the first five days: too few days for a rate.',
    fits: everywhere,
    shape: (one) => {
      one.stays[0]!.from = TAUGHT[one.child.school.calendar][95]!;
    },
    year: only(unexcused, 1, 3),
  },
  {
    key: 'leaves-and-returns',
    what: 'Leaves in September, is back in November: two spans with a gap that counts for nothing.',
    fits: everywhere,
    shape: (one) => {
      const days = TAUGHT[one.child.school.calendar];
      const whole = one.stays[0]!;
      one.stays = [
        { ...whole, to: days[22]!, reason: 'Transferred to another district' },
        { ...whole, from: days[60]! },
      ];
    },
    year: only(unexcused, 6, 13, 20, 25, 31),
  },
  {
    key: 'one-child-with-two-records',
    what: 'Enrolled a second time under a new number and without the state id: two records of one child, to be merged.',
    fits: (home) => (home.children.length === 2 ? everywhere(home) : -1),
    home: (home) => {
      home.children[1] = { ...home.children[0]! };
    },
    everyChild: true,
    shape: (one) => {
      const [first, again] = one.home.children;
      const days = TAUGHT[one.child.school.calendar];
      one.birthdate = `${2020 - one.child.year}-11-17`;
      if (one.child === again && first !== again) {
        one.ssid = '';
        one.stays[0]!.from = days[31]!;
      } else {
        one.stays[0]!.to = days[30]!;
        one.stays[0]!.reason = 'Enrolled again';
      }
    },
    year: only(unexcused, 5, 9, 17, 24),
  },
];
