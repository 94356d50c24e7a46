import type { StudentFlag } from '../../policy/vocabulary.ts';
import type { DayNumber } from './day-numbers.ts';
import type { SchoolDays } from './school-days.ts';

/** What is on record of a student's school year, as far as standings depend on it. */
export interface PastStudent {
  student: string;
  /** `YYYY-MM-DD` */
  born: string;
  /** By entry. */
  stays: PastStay[];
  /** Days with something to say, in order: at most one a day. */
  rows: PastRow[];
  flags: { flag: StudentFlag; since: DayNumber; until: DayNumber | null }[];
  /** Days made up in attendance recovery and how much of a day each was, by day; absent where the policy counts none. */
  madeUp?: { date: DayNumber; portion: number }[];
}

export interface PastStay {
  school: string;
  track: string;
  entry: DayNumber;
  exit: DayNumber | null;
  reason: string | null;
  /** The stay was ended by the school year alone: that is summer, and nobody has left. */
  summer: boolean;
}

export interface PastRow {
  date: DayNumber;
  school: string;
  absent: boolean;
  truancy: 'full_day' | 'occasion' | null;
  excuse: string;
}

/** The calendars of a district, as they stand now. */
export interface PastCalendars {
  /** The calendar of a school, all tracks together. */
  school(id: string): SchoolDays;
  /** The calendar that counts for a stay: the track's, where it has one of its own. */
  stay(stay: PastStay): SchoolDays;
}
