import type { CADENCES } from './vocabulary.ts';

type Cadence = (typeof CADENCES)[number];

/**
 * The span in which a school task of a cadence is done once, of the one that a day lies in: the day, its week (Monday to Sunday), its month,
 * its quarter, its half of the school year (from 1 July and from 1 January), or the school year (EC 37200).
 * @param day `YYYY-MM-DD`
 */
export function spanOf(cadence: Cadence, day: string): { from: string; to: string } {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  const months = (first: number, count: number, of = year): { from: string; to: string } => ({
    from: date(of, first, 1),
    to: date(of, first + count, 0),
  });
  switch (cadence) {
    case 'daily':
      return { from: day, to: day };
    case 'weekly': {
      const back = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
      const at = Number(day.slice(8));
      return { from: date(year, month, at - back), to: date(year, month, at - back + 6) };
    }
    case 'monthly':
      return months(month, 1);
    case 'quarterly':
      return months(month - ((month - 1) % 3), 3);
    case 'term':
      return months(month < 7 ? 1 : 7, 6);
    case 'year':
      return months(7, 12, month < 7 ? year - 1 : year);
  }
}

/** The spans of a cadence that begin from a day on and have ended before another. @param from a first day of a span, as 1 July is of all but the week */
export function spansBetween(cadence: Cadence, from: string, day: string): { from: string; to: string }[] {
  const spans = [];
  for (let span = spanOf(cadence, from); span.to < day; span = spanOf(cadence, dayAfter(span.to))) spans.push(span);
  return spans.filter((span) => span.from >= from);
}

function dayAfter(day: string): string {
  return date(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8)) + 1);
}

/** A date; a day or month beyond its end is one of the next. */
function date(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}
