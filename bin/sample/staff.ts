import { at, type Person } from '../people.ts';
import type { SampleIndex } from './index-file.ts';
import { LANGUAGE_SHARES, NAMES } from './names.ts';
import { Random } from './random.ts';
import type { Role } from '../../policy/vocabulary.ts';

/** Streams of chance that are drawn for the people who work in a generated district. */
const STAFF = 6;
/** Students for whom a school has one case manager. */
const PER_CASE_MANAGER = 450;

/** Whoever works in a generated district: at each school a clerk, teachers, case managers and a principal, and those of the district. */
export function staffOf({ seed, schools }: Pick<SampleIndex, 'seed' | 'schools'>): Person[] {
  const random = new Random(seed, STAFF);
  const name = (): string => {
    const names = NAMES[random.weighted(LANGUAGE_SHARES)];
    return `${random.pick(random.chance(0.7) ? names.girls : names.boys)} ${random.pick(names.families)}`;
  };
  const several = (school: string | null, id: string, role: Role, count: number): Person[] =>
    Array.from({ length: count }, (_, n) => at(school, n === 0 ? id : `${id}-${n + 1}`, name(), role));
  const atSchools = schools.flatMap((school) => {
    const place = placeOf(school.name);
    return [
      ...several(school.id, `clerk.${place}`, 'clerk', 1),
      ...several(school.id, `teacher.${place}`, 'teacher', 2),
      ...several(school.id, `case-manager.${place}`, 'case_manager', Math.max(1, Math.round(school.students / PER_CASE_MANAGER))),
      ...several(school.id, `principal.${place}`, 'principal', 1),
    ];
  });
  return [
    ...atSchools,
    ...several(null, 'attendance-supervisor', 'attendance_supervisor', 1),
    ...several(null, 'resource-panel', 'resource_panel_member', 3),
    ...several(null, 'sarb', 'sarb_member', 3),
    ...several(null, 'administrator', 'administrator', 1),
  ];
}

/** A school's name as it stands in the ids of its people: `mesquite-high`. */
function placeOf(name: string): string {
  return name
    .replace(/ School$/, '')
    .toLowerCase()
    .replaceAll(' ', '-');
}
