import type { Household, SchoolsByLevel } from './families.ts';
import type { Plan } from './plan.ts';
import type { Level } from './schools.ts';
import type { Student } from './students.ts';

/** A hard situation that the district always shows, on one family that is made to fit. */
export interface Situation {
  key: string;
  /** What there is to see, in a sentence. */
  what: string;
  /** The child it is about; -1 when the family does not fit. */
  fits(home: Household, schools: SchoolsByLevel): number;
  /** Changes the family before its adults and students are made. */
  home?(home: Household, schools: SchoolsByLevel): void;
  /** Changes the student, who is enrolled at one school for the whole year before. */
  shape?(student: Student, schools: SchoolsByLevel): void;
  /** Replaces the student's year. */
  year?(plan: Plan, student: Student): void;
  /** The whole family lives through it, and not one child alone. */
  everyChild?: true;
}

/** Fits any family in which both or one parent live with the children, by its first child at such a school. */
export function ordinary(...levels: Level[]): (home: Household) => number {
  return (home) =>
    ['two_parents', 'one_parent'].includes(home.structure) && !home.homeless && !home.unreachable
      ? home.children.findIndex(({ school }) => levels.includes(school.level))
      : -1;
}
