import { TAUGHT, type DayNumber } from './calendar.ts';
import { gradeOf, type Child, type Household, type SchoolsByLevel } from './families.ts';
import { Random } from './random.ts';
import type { School } from './schools.ts';

/** A time at one school; `to` is the last day, null while it lasts. */
export interface Stay {
  school: School;
  from: DayNumber;
  to: DayNumber | null;
  /** Why it ended; empty while it lasts. */
  reason: string;
}

/** A student as the school's roster has them. */
export interface Student {
  index: number;
  localId: string;
  ssid: string;
  sisId: string;
  child: Child;
  home: Household;
  birthdate: string;
  grade: string;
  stays: Stay[];
  race: string;
  hispanic: boolean;
  lunch: 'free' | 'reduced' | 'paid';
  englishLearner: boolean;
  iep: boolean;
  section504: boolean;
  disability: string;
  medical: boolean;
  juvenileJustice: boolean;
}

const STUDENT = 3;
const DISABILITIES = [
  'Specific learning disability',
  'Speech or language impairment',
  'Autism',
  'Other health impairment',
  'Emotional disturbance',
];
const RACES: Record<string, string> = { vi: 'Asian', tl: 'Filipino', hy: 'White', ko: 'Asian', zh: 'Asian', fa: 'White', ar: 'White' };
/** A prime beyond every number of students: multiplied by it, places in the list become state ids that do not follow one another. */
const PRIME = 999_999_937;

/** A child as a student: with ids, birth date, flags and where they are enrolled when. */
export function student(seed: number, index: number, home: Household, child: Child, schools: SchoolsByLevel): Student {
  const random = new Random(seed, STUDENT, index);
  const foreign = home.language !== 'en';
  const iep = random.chance(child.school.level === 'continuation' ? 0.2 : 0.13);
  return {
    index,
    localId: String(700_000 + index),
    ssid: String(8_000_000_000 + (((index + 1) * 271_828_183) % PRIME)),
    sisId: String(31_000_000 + index * 3),
    child,
    home,
    birthdate: birthdate(random, child.year),
    grade: gradeOf(child.year),
    stays: stays(random, child, schools),
    hispanic: home.language === 'es' || random.chance(0.12),
    race:
      RACES[home.language] ??
      random.weighted({
        White: 55,
        'Black or African American': 18,
        'Two or more races': 15,
        Asian: 7,
        'American Indian or Alaska Native': 2,
        'Native Hawaiian or Pacific Islander': 3,
      }),
    lunch: random.weighted({ free: 55, reduced: 12, paid: 33 }),
    englishLearner: foreign && random.chance(child.year <= 6 ? 0.45 : 0.22),
    iep,
    section504: !iep && random.chance(0.03),
    disability: iep ? random.pick(DISABILITIES) : '',
    medical: random.chance(0.012),
    juvenileJustice: child.year >= 9 && random.chance(0.006),
  };
}

/** Born in the year that fits the grade: five years old on the first of September of the kindergarten year (EC 48000). */
function birthdate(random: Random, year: number): string {
  const first = Date.UTC(2020 - year, 8, 2);
  return new Date(first + random.int(0, 364) * 86_400_000).toISOString().slice(0, 10);
}

/** Where a child is enrolled in the year: most at one school from the first to the last day. */
function stays(random: Random, { school }: Child, schools: SchoolsByLevel): Stay[] {
  const days = TAUGHT[school.calendar];
  const first = days[0]!;
  const whole: Stay = { school, from: first, to: null, reason: '' };
  const kind = random.weighted({ whole: 91.3, late: 3, leaves: 3, moves: 2.4, returns: 0.3 });
  switch (kind) {
    case 'whole':
      return [whole];
    case 'late':
      return [{ ...whole, from: days[random.int(4, 150)]! }];
    case 'leaves':
      return [{ ...whole, to: days[random.int(10, 165)]!, reason: 'Transferred to another district' }];
    case 'moves': {
      const others = schools[school.level].filter((other) => other !== school);
      return others.length === 0 ? [whole] : moved(whole, random.pick(others), random.int(15, 150));
    }
    case 'returns': {
      const left = random.int(20, 90);
      return [
        { ...whole, to: days[left]!, reason: 'Transferred to another district' },
        { ...whole, from: days[left + random.int(10, 50)]! },
      ];
    }
  }
}

/** A stay that ends at a school day of its school, and the next, from the new school's next day on. */
export function moved(stay: Stay, school: School, schoolDay: number): Stay[] {
  const last = TAUGHT[stay.school.calendar][schoolDay]!;
  const from = TAUGHT[school.calendar].find((day) => day > last)!;
  return [
    { ...stay, to: last, reason: 'Transferred within the district' },
    { school, from, to: null, reason: '' },
  ];
}
