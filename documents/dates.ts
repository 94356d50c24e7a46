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
  return `${WEEKDAYS[weekday(day)]}, ${shortDate(day)}`;
}

/** Sunday is 0. */
export function weekday(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/** `2021-10` as `October 2021`. */
export function monthName(month: string): string {
  const [year = '', number = ''] = month.split('-');
  return `${MONTHS[Number(number) - 1] ?? number} ${year}`;
}

/** Days in order as `Sep 9, 15, 23; Oct 1, 2021; Feb 22, 2022`: a long list that still can be read. */
export function dayGroups(days: readonly Day[]): string {
  const years = new Map<string, Map<string, number[]>>();
  for (const day of [...new Set(days)].sort()) {
    const [year = '', month = '', number = ''] = day.split('-');
    const months = years.get(year) ?? new Map<string, number[]>();
    years.set(year, months);
    months.set(month, [...(months.get(month) ?? []), Number(number)]);
  }
  return [...years]
    .map(([year, months]) => {
      const named = [...months].map(([month, numbers]) => `${MONTHS[Number(month) - 1]?.slice(0, 3) ?? month} ${numbers.join(', ')}`);
      return `${named.join('; ')}, ${year}`;
    })
    .join('; ');
}

/** `16:05` as `4:05 p.m.`. */
export function clockTime(time: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return `${hour % 12 || 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'a.m.' : 'p.m.'}`;
}

/** A sentence of ours with its days written out. */
export function withPlainDates(text: string): string {
  return text.replaceAll(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => shortDate(day));
}
