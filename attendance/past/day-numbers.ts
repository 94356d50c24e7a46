import type { Day } from '../school-year.ts';

/** A day as the number of days since 1 January 1970: what is counted through day by day is counted in whole numbers. */
export type DayNumber = number;

const DAY_MS = 86_400_000;
const numbers = new Map<Day, DayNumber>();
const texts = new Map<DayNumber, Day>();

export function dayNumber(day: Day): DayNumber {
  let number = numbers.get(day);
  if (number === undefined) numbers.set(day, (number = Date.parse(`${day}T00:00:00Z`) / DAY_MS));
  return number;
}

export function dayText(number: DayNumber): Day {
  let text = texts.get(number);
  if (text === undefined) texts.set(number, (text = new Date(number * DAY_MS).toISOString().slice(0, 10)));
  return text;
}
