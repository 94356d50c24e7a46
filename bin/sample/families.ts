import { LANGUAGE_SHARES, NAMES, STREET_KINDS, STREET_NAMES, type Language } from './names.ts';
import { Random } from './random.ts';
import type { Level, School } from './schools.ts';

/** Who brings the children up. */
export type Structure = 'two_parents' | 'one_parent' | 'separated' | 'separated_with_order' | 'grandparent' | 'foster';

/** A child as the family has it, before a school is told. */
export interface Child {
  girl: boolean;
  first: string;
  middle: string;
  last: string;
  /** 0 is transitional kindergarten, 1 kindergarten, 2 to 13 grades 1 to 12. */
  year: number;
  school: School;
}

/** Brothers and sisters at one address. */
export interface Household {
  index: number;
  language: Language;
  structure: Structure;
  homeless: boolean;
  /** No number that the school has works. */
  unreachable: boolean;
  street: string;
  /** The family moves within the district; contacts get the new address on that day. */
  children: Child[];
}

/** Streams of chance that are drawn for a household. */
const FAMILY = 1;
const STRUCTURES: Record<Structure, number> = {
  two_parents: 61,
  one_parent: 23,
  separated: 9,
  separated_with_order: 1.2,
  grandparent: 4.8,
  foster: 1,
};
const CHILDREN = { '1': 44, '2': 38, '3': 14, '4': 4 };
const CONTINUATION_SHARE = 0.05;
const INDEPENDENT_STUDY_SHARE = 0.012;
/** From this grade's year on, continuation schools take students: grade 11. */
const CONTINUATION_YEAR = 12;

/** Schools by level, each list in the district's order. */
export type SchoolsByLevel = Record<Level, School[]>;

export function byLevel(schools: readonly School[]): SchoolsByLevel {
  const at = (level: Level): School[] => schools.filter((school) => school.level === level);
  return {
    elementary: at('elementary'),
    middle: at('middle'),
    high: at('high'),
    continuation: at('continuation'),
    independent_study: at('independent_study'),
  };
}

/** A household of the district, complete but for its adults. The same seed and index make the same household in a district of one size. */
export function household(seed: number, index: number, schools: SchoolsByLevel): Household {
  const random = new Random(seed, FAMILY, index);
  const language = random.weighted(LANGUAGE_SHARES);
  const structure = random.weighted(STRUCTURES);
  const last = familyName(random, language);
  // The address decides the schools: every part of town has its elementary, middle and high school.
  const place = random.next();
  const count = Number(random.weighted(CHILDREN));
  const children: Child[] = [];
  let year = random.int(0, 13);
  for (let n = 0; n < count; n++) {
    if (n > 0) year = (year + random.int(1, 4)) % 14;
    const girl = random.chance(0.49);
    const names = NAMES[language];
    const given = (): string => random.pick(girl ? names.girls : names.boys);
    let first = given();
    while (children.some((child) => child.first === first)) first = given();
    const middle = random.chance(0.4) ? given() : '';
    children.push({ girl, first, middle: middle === first ? '' : middle, last, year, school: schoolOf(random, year, place, schools) });
  }
  return {
    index,
    language,
    structure,
    homeless: structure !== 'foster' && random.chance(0.025),
    unreachable: random.chance(0.02),
    street: streetAddress(random),
    children,
  };
}

export function streetAddress(random: Random): string {
  const apartment = random.chance(0.3) ? `, Apt ${random.int(1, 40)}` : '';
  return `${random.int(1, 9899)} ${random.pick(STREET_NAMES)} ${random.pick(STREET_KINDS)}${apartment}`;
}

/** Family names as the languages form them: some Spanish ones are double. */
export function familyName(random: Random, language: Language): string {
  const { families } = NAMES[language];
  const name = random.pick(families);
  return language === 'es' && random.chance(0.25) ? `${name} ${random.pick(families)}` : name;
}

function schoolOf(random: Random, year: number, place: number, schools: SchoolsByLevel): School {
  const near = (list: School[]): School => list[Math.floor(place * list.length)]!;
  if (year >= 2 && random.chance(INDEPENDENT_STUDY_SHARE)) return near(schools.independent_study);
  if (year <= 6) return near(schools.elementary);
  if (year <= 9) return near(schools.middle);
  return year >= CONTINUATION_YEAR && random.chance(CONTINUATION_SHARE * 2) ? near(schools.continuation) : near(schools.high);
}

/** The grade of a child's school year, as information systems write it. */
export function gradeOf(year: number): string {
  if (year === 0) return 'TK';
  if (year === 1) return 'KN';
  return String(year - 1).padStart(2, '0');
}
