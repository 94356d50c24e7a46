import { TAUGHT, type DayNumber } from './calendar.ts';
import type { School } from './schools.ts';
import type { Student } from './students.ts';

/** What a school says of a student's day. A day of which nothing is said was spent in class. */
export interface Mark {
  kind: 'absent' | 'tardy' | 'early' | 'cut' | 'present';
  excuse: 'excused' | 'unexcused' | 'unverified';
  /** Why, as the parent told it; empty when nobody did. */
  reason: Reason | '';
  /** Minutes missed, of a tardy or an early departure. */
  minutes: number;
  /** The period cut, from 1 on; 0 for none. */
  period: number;
  suspension: '' | 'OSS' | 'ISS';
  study: '' | 'complete' | 'incomplete';
  remote: boolean;
}
export type Reason = 'illness' | 'medical' | 'funeral' | 'court' | 'religious' | 'family' | 'administrator';

/** What is said of a day, and from which night on. */
export interface Version {
  night: DayNumber;
  mark: Mark;
}

/** A day with all that was ever said of it, the first version first. */
export interface Entry {
  day: DayNumber;
  school: School;
  versions: Version[];
}

export const PRESENT: Mark = {
  kind: 'present',
  excuse: 'excused',
  reason: '',
  minutes: 0,
  period: 0,
  suspension: '',
  study: '',
  remote: false,
};
export const absent = (excuse: Mark['excuse'], reason: Mark['reason'] = ''): Mark => ({ ...PRESENT, kind: 'absent', excuse, reason });
export const tardy = (minutes: number, excuse: Mark['excuse'] = 'unexcused'): Mark => ({ ...PRESENT, kind: 'tardy', excuse, minutes });

/** A day on which a student is enrolled and taught. */
export interface EnrolledDay {
  day: DayNumber;
  school: School;
  /** Number of the school's instructional days up to and with this one. */
  schoolDay: number;
}

/** The days on which a student was expected at a school, in order. */
export function enrolledDays({ stays }: Student): EnrolledDay[] {
  return stays.flatMap(({ school, from, to }) =>
    TAUGHT[school.calendar].flatMap((day, index) =>
      day >= from && (to === null || day <= to) ? [{ day, school, schoolDay: index + 1 }] : [],
    ),
  );
}

/** A student's year, day by day. */
export class Plan {
  private readonly entries = new Map<DayNumber, Entry>();

  constructor(readonly days: readonly EnrolledDay[]) {}

  /** Says something of the n-th enrolled day, first heard of that night or on a later day. What was said of it before is forgotten. */
  set(n: number, mark: Mark, heard?: DayNumber): void {
    const place = this.days[n];
    if (place) this.entries.set(place.day, { day: place.day, school: place.school, versions: [{ night: heard ?? place.day, mark }] });
  }

  /** Says something else of the n-th day, on a later enrolled day; ignored when nothing was said of it, or the year is over by then. */
  correct(n: number, mark: Mark, later: number): void {
    const entry = this.at(n);
    const night = this.days[later]?.day;
    const last = entry?.versions.at(-1);
    if (entry && last && night !== undefined && night > last.night) entry.versions.push({ night, mark });
  }

  at(n: number): Entry | undefined {
    const place = this.days[n];
    return place === undefined ? undefined : this.entries.get(place.day);
  }

  /** Forgets everything from the n-th to the m-th day, both included. */
  clear(n = 0, m = this.days.length - 1): void {
    for (const { day } of this.days.slice(n, m + 1)) this.entries.delete(day);
  }

  /** Makes what was said of each day last known on that day. */
  settle(): void {
    for (const entry of this.entries.values()) entry.versions = [{ night: entry.day, mark: entry.versions.at(-1)!.mark }];
  }

  /** Everything that was ever said, day after day. */
  all(): Entry[] {
    return [...this.entries.values()].sort((a, b) => a.day - b.day);
  }
}
