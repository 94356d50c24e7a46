import { parse } from 'yaml';
import { z } from 'zod';
import { RECORD_CLASSES, RETENTION_FROM, type RecordClass } from './vocabulary.ts';

const count = z.int().positive();

/**
 * How long records of a class are kept (the policy's and the state's `retention`).
 * - `forever`, or `years` or `months` from `from`: the day on which the student left, or the end of the school year in which the student did.
 * - `clause`: what says so.
 */
export const retentionClass = z.strictObject({
  class: z.enum(RECORD_CLASSES),
  clause: z.string().min(1),
  forever: z.literal(true).optional(),
  years: count.max(100).optional(),
  months: count.max(1_200).optional(),
  from: z.enum(RETENTION_FROM).optional(),
});
export type RetentionClass = z.infer<typeof retentionClass>;

export const retentionPolicy = z.array(retentionClass).min(1);

/** How many months a class is kept; null: for ever. */
export function monthsOf({ forever, years = 0, months = 0 }: RetentionClass): number | null {
  return forever ? null : 12 * years + months;
}

/**
 * Whether one rule never ends before another. The school year of a student who left on its first day goes on for twelve months, and one
 * who left on its last has left when it ends.
 */
export function lastsAsLong(one: RetentionClass, other: RetentionClass): boolean {
  const [kept, least] = [monthsOf(one), monthsOf(other)];
  if (kept === null || least === null) return kept === null;
  return kept >= least + (one.from === 'left' && other.from === 'school_year' ? 12 : 0);
}

/** What a checked document says of retention, class by class; where it is silent, the state's least. */
export function retentionOf(document: string | null, state: readonly RetentionClass[]): RetentionClass[] {
  const said = document === null ? undefined : (parse(document) as { retention?: unknown }).retention;
  const own = said === undefined ? [] : retentionPolicy.parse(said);
  const ruleOf = (name: RecordClass): RetentionClass[] => [...own, ...state].filter((one) => one.class === name).slice(0, 1);
  return RECORD_CLASSES.flatMap(ruleOf);
}
