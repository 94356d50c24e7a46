import { Temporal } from 'temporal-polyfill';
import type { Day } from '../school-year.ts';

/** One time for which a source says that something is so of a student: a program, a characteristic. */
export interface Span<Flag extends string> {
  flag: Flag;
  /** Null: since nobody knows when. */
  since: Day | null;
  /** The last day; null while it goes on. */
  until: Day | null;
}

/** What is said of a student from a day on; a day of null is today's, with whatever is on record told anew only where it differs. */
export interface Statement<Flag extends string> {
  since: Day | null;
  facts: Partial<Record<Flag, boolean>>;
}

const dayAfter = (day: Day): Day => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/**
 * What spans say, as statements: from each day on which a flag begins or ends how it is then, and undated how it is today. Spans of the same
 * flag may overlap or follow each other; a span that the source took back is missed by the undated statement.
 * @param flags those of which the source says everything: one without a span is not so today
 */
export function statementsOf<Flag extends string>(spans: readonly Span<Flag>[], flags: readonly Flag[], today: Day): Statement<Flag>[] {
  const days = new Map<Day, Partial<Record<Flag, boolean>>>();
  const now: Partial<Record<Flag, boolean>> = {};
  for (const flag of flags) {
    const own = spans.filter((span) => span.flag === flag);
    const holdsOn = (day: Day): boolean =>
      own.some(({ since, until }) => (since === null || since <= day) && (until === null || until >= day));
    const turns = own.flatMap(({ since, until }) => [since, until === null ? null : dayAfter(until)]);
    for (const day of turns) if (day !== null && day <= today) days.set(day, { ...days.get(day), [flag]: holdsOn(day) });
    now[flag] = holdsOn(today);
  }
  const dated = [...days].sort(([one], [other]) => (one < other ? -1 : 1));
  return [...dated.map(([since, facts]) => ({ since, facts })), { since: null, facts: now }];
}
