/**
 * The school year 2025-26 of the sample district. A day is a whole number, counted from 1 August 2025: the generator handles some
 * hundred million of them. Saturdays and Sundays are in no calendar.
 */
export type DayNumber = number;

const EPOCH = Date.UTC(2025, 7, 1);
const DAY_MS = 86_400_000;
/** The last day that any calendar reaches: 30 June 2026. */
const END = 333;
const DATES = Array.from({ length: END + 1 }, (_, day) => new Date(EPOCH + day * DAY_MS).toISOString().slice(0, 10));

/** The date `YYYY-MM-DD` of a day of the school year. */
export function dateOf(day: DayNumber): string {
  return DATES[day]!;
}

/** The day of a date of the school year; negative for one before it. */
export function dayOf(date: string): DayNumber {
  return Math.round((Date.parse(date) - EPOCH) / DAY_MS);
}

/** 1 is Monday, 5 Friday, 0 Sunday. */
export function weekdayOf(day: DayNumber): number {
  return (day + 5) % 7;
}

/** `standard`: most schools. `balanced`: shorter breaks, more of them, a later end. `closure`: standard, with three days lost to smoke. */
export type CalendarName = 'standard' | 'balanced' | 'closure';

export interface CalendarDay {
  day: DayNumber;
  event: 'Instructional day' | 'Holiday' | 'Non-instructional day' | 'Teacher only day' | 'Emergency day' | 'Make-up day';
  taught: boolean;
}

type Spans = readonly (readonly [from: string, to: string])[];
interface Outline {
  first: string;
  last: string;
  holidays: Spans;
  breaks: Spans;
  teachersOnly: Spans;
}

const one = (date: string): readonly [string, string] => [date, date];
const HOLIDAYS = [one('2025-09-01'), one('2025-11-11'), one('2025-11-27'), one('2025-12-25'), one('2026-01-01'), one('2026-01-19')];
const SPRING_HOLIDAYS = [one('2026-02-16'), one('2026-05-25'), one('2026-06-19')];

const OUTLINES: Record<'standard' | 'balanced', Outline> = {
  standard: {
    first: '2025-08-14',
    last: '2026-06-10',
    holidays: [...HOLIDAYS, ...SPRING_HOLIDAYS],
    breaks: [
      ['2025-11-24', '2025-11-28'],
      ['2025-12-22', '2026-01-09'],
      ['2026-03-30', '2026-04-03'],
    ],
    teachersOnly: [one('2025-10-13'), one('2026-01-12'), one('2026-02-13'), one('2026-03-13'), one('2026-05-22')],
  },
  balanced: {
    first: '2025-08-14',
    last: '2026-06-29',
    holidays: [...HOLIDAYS, ...SPRING_HOLIDAYS],
    breaks: [
      ['2025-10-06', '2025-10-17'],
      ['2025-11-24', '2025-11-28'],
      ['2025-12-22', '2026-01-09'],
      ['2026-03-23', '2026-04-03'],
    ],
    teachersOnly: [one('2026-02-13'), one('2026-05-22')],
  },
};

/** The days that smoke took from one school, and those on which it makes up for them. */
export const CLOSURE = { days: ['2025-10-21', '2025-10-22', '2025-10-23'], madeUp: ['2026-06-11', '2026-06-12', '2026-06-15'] } as const;

/** A calendar as it was published before the year: the closure is not in it yet. */
export function publishedCalendar(name: CalendarName): CalendarDay[] {
  const outline = OUTLINES[name === 'balanced' ? 'balanced' : 'standard'];
  const within = (spans: Spans, date: string): boolean => spans.some(([from, to]) => date >= from && date <= to);
  const days: CalendarDay[] = [];
  for (let day = dayOf(outline.first); day <= dayOf(outline.last); day++) {
    const date = dateOf(day);
    if ([0, 6].includes(weekdayOf(day))) continue;
    const event = within(outline.holidays, date)
      ? 'Holiday'
      : within(outline.breaks, date)
        ? 'Non-instructional day'
        : within(outline.teachersOnly, date)
          ? 'Teacher only day'
          : 'Instructional day';
    days.push({ day, event, taught: event === 'Instructional day' });
  }
  return days;
}

/** What changed in a calendar within the year, and from which day on that is known. */
export function calendarChanges(name: CalendarName): { known: DayNumber; days: CalendarDay[] } | null {
  if (name !== 'closure') return null;
  return {
    known: dayOf(CLOSURE.days[0]),
    days: [
      ...CLOSURE.days.map((date): CalendarDay => ({ day: dayOf(date), event: 'Emergency day', taught: false })),
      ...CLOSURE.madeUp.map((date): CalendarDay => ({ day: dayOf(date), event: 'Make-up day', taught: true })),
    ],
  };
}

/** The days on which a school of each calendar really teaches, in order. */
export const TAUGHT: Record<CalendarName, readonly DayNumber[]> = {
  standard: taughtDays('standard'),
  balanced: taughtDays('balanced'),
  closure: taughtDays('closure'),
};

function taughtDays(name: CalendarName): DayNumber[] {
  const days = new Map(publishedCalendar(name).map((entry) => [entry.day, entry.taught]));
  for (const { day, taught } of calendarChanges(name)?.days ?? []) days.set(day, taught);
  return [...days].flatMap(([day, taught]) => (taught ? [day] : [])).sort((a, b) => a - b);
}

/** The semester of a day, as calendars name it. */
export function sessionOf(day: DayNumber): string {
  return day < dayOf('2026-01-10') ? '2025-2026 Fall Semester' : '2025-2026 Spring Semester';
}
