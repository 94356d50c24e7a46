import { dayOf, TAUGHT, weekdayOf, type CalendarName, type DayNumber } from './calendar.ts';
import { absent, Plan, PRESENT, tardy, type EnrolledDay, type Mark, type Reason } from './plan.ts';
import { Random } from './random.ts';
import type { Level } from './schools.ts';
import type { Student } from './students.ts';

/** Streams of chance that are drawn for a student's year. */
const YEAR = 4;

type Risk = 'good' | 'at_risk' | 'chronic' | 'severe';
/** Share of students by how much they miss: most a little, a few very much. */
const RISKS: Record<Level, Record<Risk, number>> = {
  elementary: { good: 58, at_risk: 26, chronic: 13.5, severe: 2.5 },
  middle: { good: 58, at_risk: 25, chronic: 14, severe: 3 },
  high: { good: 52, at_risk: 26, chronic: 17, severe: 5 },
  continuation: { good: 12, at_risk: 25, chronic: 40, severe: 23 },
  independent_study: { good: 50, at_risk: 28, chronic: 16, severe: 6 },
};
/** Share of school days missed. */
const MISSED: Record<Risk, readonly [number, number]> = {
  good: [0.002, 0.045],
  at_risk: [0.04, 0.085],
  chronic: [0.1, 0.2],
  severe: [0.22, 0.48],
};

/** What becomes of an absence: known at once, cleared within days of the return, cleared late, never cleared, or unexcused from the start. */
type Course = 'verified' | 'cleared' | 'cleared_late' | 'never' | 'unexcused';
const COURSES: Record<'careful' | 'ill' | 'away', Record<Course, number>> = {
  careful: { verified: 62, cleared: 25, cleared_late: 4, never: 5, unexcused: 4 },
  ill: { verified: 70, cleared: 22, cleared_late: 4, never: 3, unexcused: 1 },
  away: { verified: 22, cleared: 20, cleared_late: 6, never: 26, unexcused: 26 },
};
const REASONS: Record<Reason, number> = { illness: 66, medical: 14, family: 8, religious: 4, administrator: 4, funeral: 2, court: 2 };

/** A student's year as chance has it. */
export function yearOf(seed: number, student: Student, days: readonly EnrolledDay[]): Plan {
  const random = new Random(seed, YEAR, student.index);
  const plan = new Plan(days);
  const level = student.child.school.level;
  const risk = random.weighted(RISKS[level]);
  const kind = risk === 'good' || risk === 'at_risk' ? 'careful' : random.chance(0.35) ? 'ill' : 'away';
  if (level === 'independent_study') study(random, plan, MISSED[risk]);
  else {
    absences(random, plan, risk, COURSES[kind]);
    lateness(random, plan, risk);
    shortStudy(random, plan);
    suspension(random, plan, level);
    wrongCodes(random, plan);
  }
  return plan;
}

/** Runs of absence: one day often brings the next. */
function absences(random: Random, plan: Plan, risk: Risk, courses: Record<Course, number>): void {
  const [least, most] = MISSED[risk];
  const share = least + random.next() * (most - least);
  const goesOn = risk === 'good' || risk === 'at_risk' ? 0.32 : 0.42;
  const begins = (share * (1 - goesOn)) / (1 - share);
  const mondays = random.chance(0.08);
  // Some start the year badly and some end it badly; those at risk show early more often.
  const trend = random.chance(0.3) ? (random.chance(risk === 'good' ? 0.5 : 0.6) ? -1 : 1) : 0;
  let n = 0;
  while (n < plan.days.length) {
    const { day, school } = plan.days[n]!;
    const drift = 1 + trend * 0.8 * (n / plan.days.length - 0.5) * 2;
    const chance = begins * FACTORS[school.calendar][day]! * drift * (mondays ? (weekdayOf(day) === 1 ? 2.6 : 0.7) : 1);
    if (!random.chance(chance)) {
      n += 1;
      continue;
    }
    let length = 1;
    while (random.chance(goesOn) && length < 12) length += 1;
    spell(random, plan, n, Math.min(length, plan.days.length - n), random.weighted(courses));
    n += length + 1;
  }
}

function spell(random: Random, plan: Plan, first: number, length: number, course: Course): void {
  const reason = random.weighted(REASONS);
  const back = first + length;
  const heard = course === 'cleared' ? back + random.int(0, 7) : back + random.int(9, 16);
  for (let n = first; n < back; n++) {
    if (course === 'verified') plan.set(n, absent('excused', reason));
    else if (course === 'unexcused') plan.set(n, absent('unexcused'));
    else {
      plan.set(n, absent('unverified'));
      if (course !== 'never') plan.correct(n, absent('excused', reason), heard);
    }
  }
}

/** Tardies, early departures and, where there are periods, cut ones. */
function lateness(random: Random, plan: Plan, risk: Risk): void {
  const often = random.chance(0.12) ? 0.1 : random.next() * 0.03;
  for (let n = 0; n < plan.days.length; n++) {
    if (plan.at(n)) continue;
    const { periods } = plan.days[n]!.school;
    const drawn = random.next();
    if (drawn < often) plan.set(n, tardy(minutesLate(random), random.chance(0.25) ? 'excused' : 'unexcused'));
    else if (drawn < often + 0.006) plan.set(n, { ...tardy(random.int(4, 24) * 10, 'excused'), kind: 'early', reason: 'medical' });
    else if (periods > 0 && drawn > 1 - (risk === 'good' ? 0.004 : 0.025)) {
      plan.set(n, { ...PRESENT, kind: 'cut', excuse: random.chance(0.3) ? 'unverified' : 'unexcused', period: random.int(2, periods) });
    }
  }
}

/** Mostly minutes; now and then just at the line of the law, which is more than thirty (EC 48260), or well beyond it. */
function minutesLate(random: Random): number {
  const drawn = random.next();
  if (drawn < 0.82) return random.int(2, 28);
  if (drawn < 0.85) return 30;
  if (drawn < 0.88) return 31;
  return random.int(32, 140);
}

/** The program's own account: each week's work is complete or it is not (EC 51747). */
function study(random: Random, plan: Plan, [least, most]: readonly [number, number]): void {
  const share = least + random.next() * (most - least);
  for (let n = 0; n < plan.days.length; n += 5) {
    const missing = random.chance(Math.min(0.9, share * 2.2)) ? random.int(1, 5) : 0;
    for (let of = 0; of < 5; of++) {
      plan.set(n + of, of < missing ? { ...absent('unexcused'), study: 'incomplete' } : { ...PRESENT, study: 'complete' });
    }
  }
}

/** A trip with a written agreement: independent study for some days, nearly always completed. */
function shortStudy(random: Random, plan: Plan): void {
  if (!random.chance(0.008)) return;
  const first = random.int(10, 160);
  const end = first + random.int(3, 10);
  const complete = random.chance(0.8);
  for (let n = first; n < end; n++) {
    plan.set(n, complete ? { ...PRESENT, study: 'complete' } : { ...absent('unexcused'), study: 'incomplete' });
  }
}

function suspension(random: Random, plan: Plan, level: Level): void {
  if (!random.chance(level === 'elementary' ? 0.003 : 0.022)) return;
  const first = random.int(8, 170);
  const kind = random.chance(0.7) ? 'OSS' : 'ISS';
  const end = first + random.int(1, kind === 'OSS' ? 5 : 2);
  for (let n = first; n < end; n++) plan.set(n, suspended(kind));
}

/** A day of suspension: out of school it is an excused absence; in school the student is there. */
export function suspended(kind: 'OSS' | 'ISS'): Mark {
  return kind === 'OSS' ? { ...absent('excused', 'administrator'), suspension: 'OSS' } : { ...PRESENT, suspension: 'ISS' };
}

/** Slips at the desk, found weeks later: a wrong excuse, wrong minutes, or somebody who had been in the library. */
function wrongCodes(random: Random, plan: Plan): void {
  for (let n = 0; n < plan.days.length; n++) {
    const entry = plan.at(n);
    if (!entry || entry.versions.length > 1 || !random.chance(0.012)) continue;
    const { mark } = entry.versions[0]!;
    const later = n + random.int(10, 35);
    if (mark.kind === 'tardy') plan.correct(n, { ...mark, minutes: Math.max(1, mark.minutes - 11) }, later);
    else if (mark.kind === 'absent' && mark.excuse === 'unexcused') {
      plan.correct(n, random.chance(0.4) ? PRESENT : absent('excused', 'illness'), later);
    }
  }
}

/** The days after the smoke on which the closed school taught over the network; on these it says of everybody how they took part. */
export const REMOTE_DAYS: readonly DayNumber[] = [dayOf('2025-10-24'), dayOf('2025-10-27')];

/** Marks the remote days of a school that had some: present over the network unless something else was said. */
export function remoteDays(plan: Plan): void {
  for (const [n, { day, school }] of plan.days.entries()) {
    if (school.calendar !== 'closure' || !REMOTE_DAYS.includes(day)) continue;
    const entry = plan.at(n);
    if (!entry) plan.set(n, { ...PRESENT, remote: true });
    else for (const version of entry.versions) version.mark = { ...version.mark, remote: true };
  }
}

/** Weeks in which influenza goes round. */
const FLU: readonly (readonly [DayNumber, DayNumber])[] = [
  [dayOf('2025-12-08'), dayOf('2025-12-19')],
  [dayOf('2026-01-26'), dayOf('2026-02-12')],
];

/** How much likelier than on a mean day a spell begins: Mondays and Fridays, flu weeks, the days around a break. The mean is 1. */
const FACTORS: Record<CalendarName, readonly number[]> = {
  standard: factors('standard'),
  balanced: factors('balanced'),
  closure: factors('closure'),
};

function factors(calendar: CalendarName): number[] {
  const days = TAUGHT[calendar];
  const raw = days.map((day, index) => {
    const before = day - (days[index - 1] ?? day - 1);
    const after = (days[index + 1] ?? day + 1) - day;
    const weekday = [0, 1.2, 0.88, 0.84, 0.92, 1.22, 0][weekdayOf(day)]!;
    const flu = FLU.some(([from, to]) => day >= from && day <= to) ? 1.55 : 1;
    return weekday * flu * (before > 3 ? 1.4 : 1) * (after > 3 ? 1.3 : 1);
  });
  const mean = raw.reduce((sum, factor) => sum + factor, 0) / raw.length;
  const byDay: number[] = [];
  for (const [index, day] of days.entries()) byDay[day] = raw[index]! / mean;
  return byDay;
}
