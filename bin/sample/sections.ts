import { dateOf, TAUGHT, type DayNumber } from './calendar.ts';
import { gradeOf } from './families.ts';
import { csvFrame, field, type Files } from './files.ts';
import { NAMES } from './names.ts';
import { Random } from './random.ts';
import { nightly } from './roster-files.ts';
import type { Level, School } from './schools.ts';
import type { Student } from './students.ts';

/**
 * Homerooms, and classes where there are periods, with their teachers and students; and the sections whose attendance nobody took in
 * time. In Rollbook's own layout, file by kind.
 */
const SECTIONS = csvFrame(['school', 'section', 'course', 'period', 'teacher', 'teacher_email', 'homeroom']);
const SEATS = csvFrame(['student', 'school', 'section', 'since', 'until']);
const SUBMISSIONS = csvFrame(['school', 'date', 'section', 'submitted_at']);

/** Streams of chance that are drawn for a school's sections. */
const TEACHERS = 7;
const TAKEN = 8;
/** Share of school-days on which one section is not taken; of those, the share that never is. */
const NOT_TAKEN = 0.02;
const NEVER = 0.06;

/** Years of school at a level, first and last, and the groups in which a year is taught. */
const GROUPS: Record<Level, { first: number; last: number; groups: number }> = {
  elementary: { first: 0, last: 6, groups: 3 },
  middle: { first: 7, last: 9, groups: 8 },
  high: { first: 10, last: 13, groups: 12 },
  continuation: { first: 12, last: 13, groups: 3 },
  independent_study: { first: 2, last: 13, groups: 1 },
};
const COURSES = ['English', 'Mathematics', 'Science', 'History', 'Physical education', 'Arts'];

/** The sections of a student at a school: a homeroom, or one class in each period. */
function seatsOf({ index, child }: Student, school: School): string[] {
  const { first, last, groups } = GROUPS[school.level];
  const year = Math.min(last, Math.max(first, child.year));
  if (school.periods === 0) return [sectionId(school, year, 0, index % groups)];
  return Array.from({ length: school.periods }, (_, n) => sectionId(school, year, n + 1, (index + n * (1 + (index % 3))) % groups));
}

function sectionId({ id }: School, year: number, period: number, group: number): string {
  return `${id}-${gradeOf(year)}-${period === 0 ? 'H' : `P${period}`}-${group + 1}`;
}

export function writeSections(files: Files, seed: number, school: School): void {
  const random = new Random(seed, TEACHERS, school.index);
  const { first, last, groups } = GROUPS[school.level];
  for (let year = first; year <= last; year++) {
    for (let period = school.periods === 0 ? 0 : 1; period <= school.periods; period++) {
      for (let group = 0; group < groups; group++) {
        const section = sectionId(school, year, period, group);
        const names = NAMES[random.pick(['en', 'es', 'en', 'tl'] as const)];
        const teacher = `${random.pick(random.chance(0.7) ? names.girls : names.boys)} ${random.pick(names.families)}`;
        const course = period === 0 ? 'Homeroom' : `${COURSES[(period - 1) % COURSES.length]!} ${gradeOf(year)}`;
        const row = [
          school.id,
          section,
          course,
          period === 0 ? '' : String(period),
          teacher,
          `${section.toLowerCase()}@example.org`,
          period === 0,
        ];
        files.row('roster/section.csv', SECTIONS, row.map(field).join(','));
      }
    }
  }
}

/** Where a student sits, from the first day at a school to the last. */
export function writeSeats(files: Files, student: Student, night: DayNumber | null): void {
  for (const [n, stay] of student.stays.entries()) {
    const known = n === 0 && night === null ? 'roster' : nightly(stay.from, '1-day');
    const row = (section: string, until: string): string => [student.localId, stay.school.id, section, dateOf(stay.from), until].join(',');
    for (const section of seatsOf(student, stay.school)) {
      files.row(`${known}/section_enrollment.csv`, SEATS, row(section, ''));
      if (stay.to !== null) files.row(`${nightly(stay.to, '1-day')}/section_enrollment.csv`, SEATS, row(section, dateOf(stay.to)));
    }
  }
}

/** A section that nobody took on its day; `came`: the night on which it was made up for, null for never. */
interface NotTaken {
  section: string;
  came: DayNumber | null;
}

/** By day, the section of a school that was not taken in time. Only of days that the school itself sent in time. */
export function notTaken(seed: number, school: School, sent: ReadonlyMap<DayNumber, DayNumber | null>): Map<DayNumber, NotTaken> {
  const random = new Random(seed, TAKEN, school.index);
  const { first, last, groups } = GROUPS[school.level];
  const days = TAUGHT[school.calendar];
  const found = new Map<DayNumber, NotTaken>();
  for (const [n, day] of days.entries()) {
    const [drawn, fate] = [random.next(), random.next()];
    const section = sectionId(
      school,
      random.int(first, last),
      school.periods === 0 ? 0 : random.int(1, school.periods),
      random.int(0, groups - 1),
    );
    const came = fate < NEVER ? null : (days[n + random.int(1, 3)] ?? null);
    if (drawn < NOT_TAKEN && sent.get(day) === day) found.set(day, { section, came });
  }
  return found;
}

/** On the day, that the section was due and nobody submitted it; on the night on which it came, that it did. */
export function writeNotTaken(files: Files, school: School, missing: ReadonlyMap<DayNumber, NotTaken>): void {
  for (const [day, { section, came }] of missing) {
    const row = (at: string): string => [school.id, dateOf(day), section, at].join(',');
    files.row(`${nightly(day, '1-day')}/submission.csv`, SUBMISSIONS, row(''));
    // Half past three or half past four in the afternoon of California.
    if (came !== null) files.row(`${nightly(came, '1-day')}/submission.csv`, SUBMISSIONS, row(`${dateOf(came)}T23:30:00Z`));
  }
}

/**
 * The night on which a day of a student is sent, where attendance is taken once a day by the homeroom.
 * @returns undefined when the homeroom took it, or there are periods; null when nobody ever did
 */
export function homeroomNight(student: Student, school: School, missing: NotTaken | undefined): DayNumber | null | undefined {
  if (!missing || school.periods > 0 || !seatsOf(student, school).includes(missing.section)) return undefined;
  return missing.came;
}
