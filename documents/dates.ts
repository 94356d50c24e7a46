import type { Day } from '../cases/actions.ts';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Month names of a language and the order of a date's parts, `{month} {day}, {year}`. */
export interface DateWords {
  months: readonly string[];
  date: string;
}

const ENGLISH: DateWords = { months: MONTHS, date: '{month} {day}, {year}' };

/** `2021-10-05` as `October 5, 2021`, or in the order and words of another language. */
export function longDate(day: Day, { months, date }: DateWords = ENGLISH): string {
  const [year = '', month = '', dayOfMonth = ''] = day.split('-');
  return date
    .replace('{month}', months[Number(month) - 1] ?? month)
    .replace('{day}', String(Number(dayOfMonth)))
    .replace('{year}', year);
}

/** `2021-10-05` as `Oct 5, 2021`. */
export function shortDate(day: Day): string {
  return longDate(day, { ...ENGLISH, months: MONTHS.map((name) => name.slice(0, 3)) });
}

/** `2021-10-05` as `Tue, Oct 5, 2021`: weekdays show patterns of absence. */
export function dateWithWeekday(day: Day): string {
  return `${WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()]}, ${shortDate(day)}`;
}
