import type { Coverage, OpenCoverage, Span } from '../store/attendance-delivery.ts';
import type { Transaction } from '../store/database.ts';
import { isDate, isLikelyYear } from './checks.ts';
import type { Day } from './school-year.ts';
import { CannotTake } from './cannot-take.ts';

/** The first and the last day that the attendance rows speak of, staged or noted; null when none names a day. */
export async function spanOf(trx: Transaction, noted: Span | null): Promise<Span | null> {
  // Grouped first: there are few days and many rows.
  const { rows } = await trx.raw<{ rows: { first: Day | null; last: Day | null }[] }>(
    `SELECT min(date) AS first, max(date) AS last FROM (SELECT date FROM staged_attendance WHERE date IS NOT NULL GROUP BY date) AS day
     WHERE ${isDate('date')} AND ${isLikelyYear('date')}`,
  );
  const { first = null, last = null } = rows[0] ?? {};
  if (first === null || last === null) return noted;
  if (noted === null) return { first, last };
  return { first: first < noted.first ? first : noted.first, last: last > noted.last ? last : noted.last };
}

/**
 * The days of a coverage that leaves them to its rows: all that the rows speak of.
 * @param span of the rows; without one, the coverage is of the day on which it is taken
 */
export function closedCoverage(open: OpenCoverage, span: Span | null, today: Day): Coverage {
  const from = open.from ?? span?.first ?? open.to ?? today;
  const to = open.to ?? (span !== null && span.last > from ? span.last : from);
  if (from > to) throw new CannotTake(`The first day of the coverage, ${from}, lies after the last one, ${to}; say which days are meant.`);
  return { ...open, from, to };
}
