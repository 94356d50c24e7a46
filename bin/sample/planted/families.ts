import { LANGUAGE_NAMES, LANGUAGES } from '../names.ts';
import { absent } from '../plan.ts';
import { ordinary, type Situation } from '../situation.ts';
import { moved } from '../students.ts';
import { everywhere, only, unexcused } from './words.ts';

/** Who the family is, and how it can be reached. */
export const FAMILIES: Situation[] = [
  {
    key: 'siblings-in-three-schools',
    what: 'Three children of one family in three schools, away on the same days.',
    fits: (home) => (home.children.length === 3 ? everywhere(home) : -1),
    home: (home, { elementary, middle, high }) => {
      for (const [n, [year, school]] of (
        [
          [4, elementary[0]],
          [8, middle[0]],
          [11, high[0]],
        ] as const
      ).entries()) {
        Object.assign(home.children[n]!, { year, school });
      }
    },
    everyChild: true,
    year: only(absent('unverified'), 3, 4, 11, 12, 19, 24, 25, 31, 38, 39, 45, 52),
  },
  {
    key: 'separated-parents',
    what: 'Parents at two addresses, both with rights: each gets the letter.',
    fits: everywhere,
    home: (home) => void (home.structure = 'separated'),
    year: only(unexcused, 6, 12, 19, 27),
  },
  {
    key: 'court-order',
    what: 'A court order limits what the father may be told.',
    fits: everywhere,
    home: (home) => void (home.structure = 'separated_with_order'),
    year: only(unexcused, 6, 13, 18, 26),
  },
  {
    key: 'foster-placement-changes',
    what: 'In foster care, with an education rights holder and a county social worker; a new home and a new school in October.',
    fits: (home, { elementary }) => (elementary.length > 1 ? ordinary('elementary')(home) : -1),
    home: (home) => void (home.structure = 'foster'),
    shape: (one, { elementary }) => {
      const from = one.stays[0]!;
      one.stays = moved(
        from,
        elementary.find((school) => school !== from.school)!,
        38,
      );
    },
    year: (plan) => {
      only(unexcused, 4, 10, 17, 30, 46)(plan);
      for (const n of [37, 38, 39, 40]) plan.set(n, absent('excused', 'court'));
    },
  },
  {
    key: 'homeless',
    what: 'Without a fixed address: the liaison comes first.',
    fits: everywhere,
    home: (home) => void (home.homeless = true),
    year: only(absent('unverified'), 2, 3, 8, 12, 13, 20, 21, 27, 33, 34),
  },
  {
    key: 'wrong-numbers',
    what: 'No telephone number on file works, and there is no e-mail address.',
    fits: everywhere,
    home: (home) => void (home.unreachable = true),
    year: only(absent('unverified'), 4, 9, 10, 17, 22, 23, 29, 35, 41),
  },
  ...LANGUAGES.map((language): Situation => ({
    key: `speaks-${LANGUAGE_NAMES[language]
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, '-')
      .replace(/-$/, '')}`,
    what: `A family that speaks ${LANGUAGE_NAMES[language]}, with a truancy report due.`,
    fits: (home) => (home.language === language ? everywhere(home) : -1),
    year: only(unexcused, 5, 12, 19, 29),
  })),
];
