import type { StudentFlag } from '../../policy/vocabulary.ts';
import type { StandingRules } from '../rules.ts';
import { schoolYearOf, type Day } from '../school-year.ts';
import { dayNumber, dayText, type DayNumber } from './day-numbers.ts';
import type { SchoolDays } from './school-days.ts';
import type { PastCalendars, PastRow, PastStay, PastStudent } from './student.ts';

/** A student's standing on a day on which it became another, or on which a line of rates was passed. */
export interface PastStanding {
  day: DayNumber;
  /** Grows by one with every change, from 1. */
  version: number;
  school: string;
  age: number;
  absences: number;
  excused: number;
  unexcused: number;
  unverified: number;
  daysEnrolled: number;
  /** Position of the band, from 1; 0 below the first. */
  band: number;
  flags: StudentFlag[];
  recoveredOn: Day | null;
  /** Days made up in attendance recovery that count. */
  madeUp: number;
  departed: { on: Day; reason: string | null } | null;
}

/** An event of the truancy track and when its clearing window is known and over. */
interface Candidate {
  date: DayNumber;
  occasion: boolean;
  /** Day from which the end of its window is known: that of the return. */
  known: DayNumber;
  ends: DayNumber;
}

const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * A student's school year, counted through day by day: the same standings that the set-based computation gives when each day's
 * attendance comes on its day (a property holds the two together). What is on record is taken as it stands now: a day that was corrected
 * later counts from the first as what it was found to be.
 */
export class StudentPast {
  readonly candidates: Candidate[] = [];
  readonly #absent: PastRow[];
  readonly #spells: { first: DayNumber; last: DayNumber; school: string }[] = [];
  readonly #yearStart: DayNumber;
  readonly #absentDays: Set<DayNumber>;

  constructor(
    readonly student: PastStudent,
    readonly calendars: PastCalendars,
    readonly rules: StandingRules,
    readonly until: DayNumber,
  ) {
    this.#yearStart = dayNumber(schoolYearOf(dayText(until)).from);
    const taught = student.rows.filter((row) => row.date <= until && this.#calendarOf(row).isTaught(row.date));
    this.#absent = taught.filter((row) => row.absent);
    // Whoever was absent on a day on which the own school did not teach has not come back on it all the same.
    this.#absentDays = new Set(student.rows.filter((row) => row.absent).map((row) => row.date));
    this.#findSpells();
    this.#findOccasions(taught.filter((row) => !row.absent));
    this.candidates.sort((a, b) => a.date - b.date);
  }

  /** First days of the runs of absence, with their schools. */
  get spells(): readonly { first: DayNumber; last: DayNumber; school: string }[] {
    return this.#spells;
  }

  /** The calendar that counts for the student at a school on a day: of the stay then, or of the last one begun by then. */
  calendarAt(school: string, day: DayNumber): SchoolDays {
    const stay = this.student.stays.findLast((one) => one.school === school && one.entry <= day);
    return stay ? this.calendars.stay(stay) : this.calendars.school(school);
  }

  /** Events of the truancy track whose clearing window has ended before a day. */
  truancyOn(day: DayNumber): Day[] {
    return this.candidates.filter((one) => one.ends < day).map((one) => dayText(one.date));
  }

  occasionsOn(day: DayNumber): Day[] {
    return this.candidates.filter((one) => one.occasion && one.ends < day).map((one) => dayText(one.date));
  }

  pendingOn(day: DayNumber): { day: Day; windowEnds: Day | null }[] {
    return this.candidates
      .filter((one) => one.date <= day && one.ends >= day)
      .map(({ date, known, ends }) => ({ day: dayText(date), windowEnds: known <= day && ends !== NEVER ? dayText(ends) : null }));
  }

  /** Days enrolled and taught up to a day; the day itself once its attendance has come. */
  daysEnrolledOn(day: DayNumber): number {
    return this.#daysBetween(this.#yearStart, day);
  }

  /** Enrolled school days after something was done, up to a day, and those of them that were missed. */
  sinceOn(day: DayNumber, done: DayNumber): { days: number; absences: number } {
    return {
      days: this.#daysBetween(Math.max(this.#yearStart, done + 1), day),
      absences: this.#absent.filter(({ date }) => date > done && date <= day).length,
    };
  }

  #daysBetween(from: DayNumber, day: DayNumber): number {
    let days = 0;
    for (const stay of this.student.stays) {
      const since = Math.max(stay.entry, from);
      const until = Math.min(stay.exit ?? day, day);
      if (until < since) continue;
      const calendar = this.calendars.stay(stay);
      days += calendar.taughtUpTo(until) - calendar.taughtUpTo(since - 1);
      if (until === day && calendar.isTaught(day) && !calendar.isKnown(day)) days -= 1;
    }
    return days;
  }

  /** Every day on which the standing became another, in order. */
  standings(): PastStanding[] {
    const { stays } = this.student;
    const found: PastStanding[] = [];
    const first = Math.max(this.#yearStart, stays[0]?.entry ?? NEVER);
    const turning = this.#turningDays();
    let counts = { absences: 0, excused: 0, unexcused: 0, unverified: 0 };
    let next = 0;
    let chronic = false;
    for (let day = first; day <= this.until; day++) {
      const before = found.at(-1);
      for (; next < this.#absent.length && this.#absent[next]!.date <= day; next++) counts = counted(counts, this.#absent[next]!.excuse);
      const days = counts.absences > 0 ? this.daysEnrolledOn(day) : 0;
      const madeUp = this.#madeUpOn(day);
      const isChronic = days > 0 && (counts.absences - madeUp) / days >= this.rules.chronicRate;
      const band = positionOf(this.rules, counts.absences, days);
      const recoveredOn = this.rules.recovery ? this.#recoveredOn(day, band) : null;
      const rates = before !== undefined && isChronic === chronic && band === before.band && recoveredOn === before.recoveredOn;
      if (rates && !turning.has(day)) continue;
      chronic = isChronic;
      found.push({
        day,
        version: found.length + 1,
        school: this.#stayOn(day)!.school,
        age: ageOn(this.student.born, dayText(day)),
        ...counts,
        daysEnrolled: this.daysEnrolledOn(day),
        band,
        flags: this.#flagsOn(day),
        recoveredOn,
        madeUp,
        departed: this.#departedOn(day),
      });
    }
    return found;
  }

  /** The stay that counts on a day: the latest that has begun. */
  #stayOn(day: DayNumber): PastStay | undefined {
    return this.student.stays.findLast((stay) => stay.entry <= day);
  }

  #departedOn(day: DayNumber): PastStanding['departed'] {
    const stay = this.#stayOn(day);
    if (!stay || stay.exit === null || stay.exit >= day || stay.summer) return null;
    return { on: dayText(stay.exit), reason: stay.reason };
  }

  /** Days made up by a day, as far as the caps of a week (Monday to Sunday) and of the year let them count. */
  #madeUpOn(day: DayNumber): number {
    const { madeUp: caps } = this.rules;
    const { madeUp } = this.student;
    if (!caps || !madeUp) return 0;
    const weeks = new Map<number, number>();
    // Day 0 was a Thursday.
    for (const { date, portion } of madeUp.filter((one) => one.date <= day))
      weeks.set(Math.floor((date + 3) / 7), (weeks.get(Math.floor((date + 3) / 7)) ?? 0) + portion);
    const sum = [...weeks.values()].reduce((all, days) => all + Math.min(caps.perWeek, days), 0);
    return Math.min(caps.perYear, Math.round(sum * 1000) / 1000);
  }

  #flagsOn(day: DayNumber): StudentFlag[] {
    const held = this.student.flags.filter(({ since, until }) => since <= day && (until === null || until >= day)).map(({ flag }) => flag);
    return [...new Set(held)].sort();
  }

  /** Days on which anything but a rate changes: rows, returns, windows, birthdays, flags, stays. */
  #turningDays(): Set<DayNumber> {
    const days = new Set<DayNumber>();
    for (const row of this.#absent) days.add(row.date);
    for (const { date, known, ends } of this.candidates)
      days
        .add(date)
        .add(known)
        .add(ends + 1);
    for (const { since, until } of this.student.flags) {
      days.add(since);
      if (until !== null) days.add(until + 1);
    }
    for (const { date } of this.student.madeUp ?? []) days.add(date);
    for (const { entry, exit } of this.student.stays) {
      days.add(entry);
      if (exit !== null) days.add(exit + 1);
    }
    const year = Number(dayText(this.until).slice(0, 4));
    for (const one of [year - 1, year]) days.add(birthdayIn(this.student.born, one));
    return days;
  }

  #findSpells(): void {
    let begin = 0;
    this.#absent.forEach((row, at) => {
      const following = this.#absent[at + 1];
      const calendar = this.#calendarOf(row);
      if (
        following?.school === row.school &&
        this.#calendarOf(following) === calendar &&
        calendar.knownUpTo(following.date - 1) <= calendar.knownUpTo(row.date)
      )
        return;
      const rows = this.#absent.slice(begin, at + 1);
      begin = at + 1;
      this.#spells.push({ first: rows[0]!.date, last: row.date, school: row.school });
      const { known, ends } = this.#returnAfter(row);
      for (const one of rows)
        if (this.#counts(one)) this.candidates.push({ date: one.date, occasion: one.truancy === 'occasion', known, ends });
    });
  }

  /** The return from a run of absence that ended with a row: at its school, or, of a student who moved meanwhile, at the next. */
  #returnAfter(row: PastRow): { known: DayNumber; ends: DayNumber } {
    const { date } = row;
    const calendar = this.#calendarOf(row);
    const back = calendar.nextKnown(date);
    if (back !== null && back <= (this.#stayAt(row)?.exit ?? back)) return this.#window(calendar, back);
    return this.#firstDayBack(
      date + 1,
      this.student.stays.filter(({ entry }) => entry > date),
    );
  }

  /** The first known day from a day on, at whatever school the student was then, without an absence; and the window from it. */
  #firstDayBack(from: DayNumber, among: PastStay[]): { known: DayNumber; ends: DayNumber } {
    let best: { calendar: SchoolDays; day: DayNumber } | null = null;
    for (const stay of among) {
      const { entry, exit } = stay;
      const calendar = this.calendars.stay(stay);
      let day: DayNumber | null = Math.max(from, entry) - 1;
      do day = calendar.nextKnown(day);
      while (day !== null && this.#absentDays.has(day));
      if (day !== null && day <= (exit ?? day) && (best === null || day < best.day)) best = { calendar, day };
    }
    return best === null ? { known: NEVER, ends: NEVER } : this.#window(best.calendar, best.day);
  }

  #window(calendar: SchoolDays, back: DayNumber): { known: DayNumber; ends: DayNumber } {
    return { known: back, ends: calendar.after(back, this.rules.clearingSchoolDays) ?? NEVER };
  }

  #stayAt({ date, school }: PastRow): PastStay | undefined {
    return this.student.stays.find((one) => one.school === school && one.entry <= date && (one.exit === null || one.exit >= date));
  }

  /** The calendar by which a row's day counts: that of the stay then. */
  #calendarOf(row: PastRow): SchoolDays {
    const stay = this.#stayAt(row);
    return stay ? this.calendars.stay(stay) : this.calendars.school(row.school);
  }

  #findOccasions(rows: PastRow[]): void {
    for (const row of rows.filter((one) => this.#counts(one))) {
      const calendar = this.#calendarOf(row);
      const back = calendar.isKnown(row.date) ? this.#window(calendar, row.date) : this.#firstDayBack(row.date, this.student.stays);
      this.candidates.push({ date: row.date, occasion: row.truancy === 'occasion', ...back });
    }
  }

  /** Whether a row is an event of the truancy track unless it is cleared: not excused, at compulsory age (EC 48200). */
  #counts({ date, truancy, excuse }: PastRow): boolean {
    if (truancy === null || !(excuse === 'unexcused' || (excuse === 'unverified' && this.rules.unverified === 'unexcused'))) return false;
    const age = ageOn(this.student.born, dayText(date));
    return age >= this.rules.ageFrom && age < this.rules.ageUntil;
  }

  /** Since which day the student has recovered by the policy's rule; null while that is not so. As `findRecovery` counts it. */
  #recoveredOn(day: DayNumber, band: number): Day | null {
    const rule = this.rules.recovery;
    if (!rule || band < rule.position) return null;
    const from = this.rules.bands[rule.position - 1]?.from ?? 0;
    let shift = 0;
    const parts = this.student.stays.flatMap((stay) => {
      const since = Math.max(stay.entry, this.#yearStart);
      const until = Math.min(stay.exit ?? day, day);
      const calendar = this.calendars.stay(stay);
      if (until < since) return [];
      const base = calendar.knownUpTo(since - 1);
      const days = calendar.knownUpTo(until) - base;
      shift += days;
      return [{ stay, calendar, since, until, days, shift: shift - days - base }];
    });
    const at = this.#absent.flatMap((row) => {
      const part =
        row.date > day ? undefined : parts.find((p) => p.stay.school === row.school && p.since <= row.date && row.date <= p.until);
      return part ? [part.calendar.knownUpTo(row.date) + part.shift] : [];
    });
    let after = at[from - 1] ?? 0;
    at.forEach((number, index) => {
      const allowed = at[index + rule.absences];
      if (allowed !== undefined && allowed - number < rule.schoolDays) after = Math.max(after, number);
    });
    if (at.length === 0) return null;
    const wanted = after + rule.schoolDays;
    for (const { calendar, since, until, shift: by } of parts) {
      const known = wanted - by;
      if (known <= calendar.knownUpTo(since - 1) || known > calendar.knownUpTo(until)) continue;
      for (let date: DayNumber | null = calendar.nextKnown(since - 1); date !== null && date <= until; date = calendar.nextKnown(date))
        if (calendar.knownUpTo(date) === known) return dayText(date);
    }
    return null;
  }
}

interface Counts {
  absences: number;
  excused: number;
  unexcused: number;
  unverified: number;
}

function counted({ absences, excused, unexcused, unverified }: Counts, excuse: string): Counts {
  const is = excuse === 'excused' || excuse === 'exempt' ? 'excused' : excuse === 'unexcused' ? 'unexcused' : 'unverified';
  return {
    absences: absences + 1,
    excused: excused + Number(is === 'excused'),
    unexcused: unexcused + Number(is === 'unexcused'),
    unverified: unverified + Number(is === 'unverified'),
  };
}

/** Position of a band, from 1; 0 below the first: as `bandPositionSql` counts it, in whole numbers. */
export function positionOf(rules: StandingRules, absences: number, days: number): number {
  const byCount = rules.bands.filter(({ from }) => from !== null && from <= absences).length;
  if (rules.bandsBy === 'count') return byCount;
  const attended = 1000 * (days - absences);
  const below = rules.bands.filter(
    ({ limit, inclusive }) => limit != null && (attended < limit * days || (inclusive === true && attended === limit * days)),
  ).length;
  const byRate = absences === 0 ? 0 : days < rules.minimumDays ? 1 : 1 + below;
  return rules.bandsBy === 'rate' ? byRate : Math.max(byCount, byRate);
}

/** Whole years on a day, counted by birthdays. */
function ageOn(born: Day, day: Day): number {
  return Number(day.slice(0, 4)) - Number(born.slice(0, 4)) - (day.slice(5) < born.slice(5) ? 1 : 0);
}

/** Birthdays of 29 February fall on 1 March in other years. */
function birthdayIn(born: Day, year: number): DayNumber {
  return Date.UTC(year, Number(born.slice(5, 7)) - 1, Number(born.slice(8))) / 86_400_000;
}
