import type { Day } from './actions.ts';

/** A student's school year so far, as patterns are looked for in it. Days are submitted school days at which the student was enrolled. */
export interface AttendanceYear {
  /** First enrolled school day of the year. */
  began: Day;
  /** The latest submitted day. */
  until: Day;
  /** Days that count as absent, in order. */
  absences: Day[];
  /** Days and absences by weekday, 1 is Monday. */
  weekdays: { weekday: number; days: number; absences: number }[];
  /** First days of school after more days off than a weekend has: how many, and how many of them were missed. */
  afterDaysOff: { days: number; absences: number };
  /** Runs of at least three absences with no submitted day of attendance between them, in order. */
  streaks: { from: Day; to: Day; days: number }[];
  /** The last twenty days, and those before. */
  recent: { days: number; absences: number };
  before: { days: number; absences: number };
  /** The coming school days, today's with them if it is one, and whether a weekend longer than usual or a break follows each. */
  coming: { day: Day; daysOffFollow: boolean }[];
}

export const PATTERNS = ['first_months', 'streak', 'weekday', 'after_days_off', 'rising', 'falling'] as const;

/** One pattern, told in a sentence, with the school day on which a contact is most likely to help. */
export interface Pattern {
  pattern: (typeof PATTERNS)[number];
  sentence: string;
  /** Null when the school's calendar ends before it, and for good news. */
  nextContact: Day | null;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/**
 * The patterns of a school year. They open nothing and escalate nothing: they tell whoever calls what to talk about, and when. Absences
 * in the first months are the earliest sign (two in the first month, four by the second, six by the third).
 */
export function patternsOf(year: AttendanceYear): Pattern[] {
  return [firstMonths(year), streak(year), weekday(year), afterDaysOff(year), trend(year)].filter((found) => found !== null);
}

function firstMonths(year: AttendanceYear): Pattern | null {
  const months = ['first month', 'first two months', 'first three months'];
  const found = months.map((name, index) => {
    const end = monthsAfter(year.began, index + 1);
    return { name, missed: year.absences.filter((day) => day < end).length, line: 2 * (index + 1) };
  });
  const latest = found.findLast(({ missed, line }) => missed >= line);
  if (!latest) return null;
  return {
    pattern: 'first_months',
    sentence: `${latest.missed} absences in the ${latest.name} of school, since ${year.began}; ${latest.line} are an early warning.`,
    nextContact: year.coming[0]?.day ?? null,
  };
}

function streak({ streaks, until, coming }: AttendanceYear): Pattern | null {
  const latest = streaks.at(-1);
  if (!latest) return null;
  const going = latest.to === until;
  const others = streaks.length - 1;
  const more = others === 0 ? '' : `; ${others === 1 ? 'one earlier run' : `${others} earlier runs`} of three days or more this year`;
  return {
    pattern: 'streak',
    sentence: `${latest.days} school days missed in a row, from ${latest.from} to ${latest.to}${going ? ', and not back yet' : ''}${more}.`,
    nextContact: coming[0]?.day ?? null,
  };
}

/** One weekday carries at least two fifths of four absences or more, and is missed at least twice as often as the other days. */
function weekday({ weekdays, absences, coming }: AttendanceYear): Pattern | null {
  const [most] = weekdays.toSorted((a, b) => b.absences - a.absences);
  if (!most || absences.length < 4 || most.absences < 3 || most.absences < 0.4 * absences.length) return null;
  const others = weekdays
    .filter((one) => one !== most)
    .reduce((sum, one) => ({ days: sum.days + one.days, absences: sum.absences + one.absences }), { days: 0, absences: 0 });
  if (others.days > 0 && most.absences / most.days < 2 * (others.absences / others.days)) return null;
  const name = WEEKDAYS[most.weekday - 1] ?? '';
  const next = coming.findIndex(({ day }) => weekdayOf(day) === most.weekday);
  return {
    pattern: 'weekday',
    sentence: `${most.absences} of ${absences.length} absences fall on a ${name}: ${most.absences} of ${most.days} ${name}s were missed.`,
    // The school day before the next such weekday; on the day itself when there is none left before it.
    nextContact: coming[Math.max(0, next - 1)]?.day ?? null,
  };
}

/** At least two, and half or more, of the first days after a long weekend or a break were missed, and more of them than of other days. */
function afterDaysOff({ afterDaysOff: after, absences, before, recent, coming }: AttendanceYear): Pattern | null {
  const others = { days: before.days + recent.days - after.days, absences: absences.length - after.absences };
  if (after.absences < 2 || after.absences < after.days / 2) return null;
  if (others.days > 0 && after.absences / after.days < 2 * (others.absences / others.days)) return null;
  return {
    pattern: 'after_days_off',
    sentence: `${after.absences} of ${after.days} first days after a long weekend or a break were missed.`,
    nextContact: coming.find(({ daysOffFollow }) => daysOffFollow)?.day ?? null,
  };
}

function trend({ recent, before, coming }: AttendanceYear): Pattern | null {
  if (recent.days < 20 || before.days < 20) return null;
  const [now, then] = [recent.absences / recent.days, before.absences / before.days];
  const share = (value: number): string => `${(100 * value).toFixed(0)} %`;
  const compared = `${share(now)} of the last ${recent.days} school days missed, ${share(then)} of those before`;
  if (recent.absences >= 3 && now >= 2 * then) {
    return { pattern: 'rising', sentence: `Absences are rising: ${compared}.`, nextContact: coming[0]?.day ?? null };
  }
  if (before.absences >= 3 && then >= 0.1 && now <= then / 2) {
    return { pattern: 'falling', sentence: `Attendance is getting better: ${compared}.`, nextContact: null };
  }
  return null;
}

function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** The same day of a later month, or that month's last. */
function monthsAfter(day: Day, months: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}
