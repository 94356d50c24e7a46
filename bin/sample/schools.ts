import type { CalendarName } from './calendar.ts';

export type Level = 'elementary' | 'middle' | 'high' | 'continuation' | 'independent_study';

/** The student information systems whose exports the district's schools send. */
export const SYSTEMS = ['clever', 'aeries', 'powerschool', 'infinite-campus', 'plain'] as const;
export type System = (typeof SYSTEMS)[number];

export interface School {
  /** Place in the list of schools. */
  index: number;
  id: string;
  name: string;
  level: Level;
  calendar: CalendarName;
  system: System;
  /** Class periods a day; 0 where attendance is taken once a day. */
  periods: number;
}

/** The fewest there are, the share of the district's students, and the students of a school of usual size. */
const LEVELS: Record<Level, { least: number; share: number; size: number; word: string; periods: number }> = {
  elementary: { least: 2, share: 0.46, size: 460, word: 'Elementary School', periods: 0 },
  middle: { least: 1, share: 0.23, size: 690, word: 'Middle School', periods: 6 },
  high: { least: 1, share: 0.28, size: 1_400, word: 'High School', periods: 6 },
  continuation: { least: 1, share: 0.012, size: 120, word: 'Continuation School', periods: 4 },
  independent_study: { least: 1, share: 0.01, size: 200, word: 'Independent Study', periods: 0 },
};

/** The systems in use at each level, in turn: only Aeries knows periods and independent study, only plain lists know remote days. */
const IN_USE: Record<Level, readonly System[]> = {
  elementary: ['plain', 'clever', 'infinite-campus'],
  middle: ['powerschool', 'infinite-campus'],
  high: ['aeries'],
  continuation: ['aeries'],
  independent_study: ['aeries'],
};

const TREES = [
  'Manzanita', 'Sycamore', 'Juniper', 'Toyon', 'Buckeye', 'Laurel', 'Madrone', 'Cottonwood', 'Alder', 'Willow', 'Elderberry', 'Cypress',
  'Redbud', 'Ironwood', 'Mesquite', 'Acacia', 'Lupine', 'Yarrow', 'Mariposa', 'Poppy', 'Quail', 'Heron', 'Kestrel', 'Swallow', 'Condor',
  'Otter', 'Granite', 'Agate', 'Obsidian', 'Sandstone',
]; // prettier-ignore
const PLACES = [
  'Grove',
  'Canyon',
  'Mesa',
  'Creek',
  'Ridge',
  'Vista',
  'Meadow',
  'Hill',
  'Spring',
  'Park',
  'Bend',
  'Terrace',
  'Bluff',
  'Glen',
];

/**
 * The schools of a district of so many students, in a fixed order: all elementary schools first.
 * @param systems those that the schools may use; a school whose own is not among them uses the first
 */
export function schoolsFor(students: number, systems: readonly System[]): School[] {
  const schools: School[] = [];
  for (const [rank, [level, { least, share, size, word, periods }]] of (
    Object.entries(LEVELS) as [Level, (typeof LEVELS)[Level]][]
  ).entries()) {
    const count = Math.max(least, Math.round((students * share) / size));
    for (let k = 0; k < count; k++) {
      const own = IN_USE[level][k % IN_USE[level].length]!;
      schools.push({
        index: schools.length,
        id: String((rank + 1) * 10_000 + k + 1),
        name: `${placeName(k, rank)} ${word}`,
        level,
        calendar: level !== 'elementary' ? 'standard' : k % 40 === 1 ? 'balanced' : k % 40 === 0 ? 'closure' : 'standard',
        system: systems.includes(own) ? own : systems[0]!,
        periods,
      });
    }
  }
  return schools;
}

/** No two schools of a level share a name; the first of each level are named after one word, the later ones after two. */
function placeName(k: number, rank: number): string {
  const tree = TREES[(k + rank * 7) % TREES.length]!;
  const round = Math.floor(k / TREES.length);
  if (round === 0) return tree;
  const place = PLACES[(round - 1) % PLACES.length]!;
  const more = Math.floor((round - 1) / PLACES.length);
  return more === 0 ? `${tree} ${place}` : `${tree} ${place} ${more + 1}`;
}
