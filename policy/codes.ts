import { z } from 'zod';

/** What a student did on a day or in a period, as a code says it. */
export const CODE_STATUSES = ['absent', 'tardy', 'early_departure', 'present'] as const;
/** Whether it is excused. `unverified`: nobody has said yet. `exempt`: asked of nobody. `unknown`: the code does not speak of it. */
export const EXCUSES = ['excused', 'unexcused', 'unverified', 'exempt', 'unknown'] as const;
export type Excuse = (typeof EXCUSES)[number];

/**
 * The flags of an attendance code. What is left out follows from the status: an absence counts on the absence clock and is a full day
 * on the truancy clock, a tardy or an early departure is an occasion if it is long enough, and a presence is neither. What a
 * suspension or independent study means is not a district's to choose: an out-of-school suspension counts as absent and is never
 * unexcused, one in school counts as attended (as CALPADS counts it), incomplete independent study is absent, complete is present.
 */
export const codeMeaning = z
  .object({
    status: z.enum(CODE_STATUSES),
    excuse: z.enum(EXCUSES).default('unknown'),
    inRate: z.boolean().optional(),
    truancy: z.enum(['none', 'full_day', 'occasion']).optional(),
    suspension: z.enum(['OSS', 'ISS']).nullable().default(null),
    independentStudy: z.enum(['complete', 'incomplete']).nullable().default(null),
    /** Minutes missed when the row tells none. */
    minutes: z.int().min(0).max(1440).nullable().default(null),
    mode: z.enum(['in_person', 'remote']).nullable().default(null),
  })
  .transform((given) => {
    const absent = given.status === 'absent';
    const counted = absent && given.suspension !== 'ISS' && given.independentStudy !== 'complete';
    const event =
      (given.suspension ?? given.independentStudy) ? 'none' : absent ? 'full_day' : given.status === 'present' ? 'none' : 'occasion';
    return { ...given, inRate: given.inRate ?? counted, truancy: given.truancy ?? event };
  })
  .superRefine((meaning, ctx) => {
    for (const fault of faultsOf(meaning)) ctx.addIssue({ code: 'custom', message: fault });
  });
export type CodeMeaning = z.output<typeof codeMeaning>;

/** A code that says no more than that the student was there: such a row is taken and not stored. The table of codes has the same rule. */
export function isPlain({ status, inRate, truancy, suspension, independentStudy, mode }: CodeMeaning): boolean {
  return status === 'present' && !inRate && truancy === 'none' && suspension === null && independentStudy === null && mode !== 'remote';
}

/** What cannot be true of a code, in sentences. */
function faultsOf(meaning: {
  status: string;
  excuse: Excuse;
  inRate: boolean;
  truancy: string;
  suspension: 'OSS' | 'ISS' | null;
  independentStudy: 'complete' | 'incomplete' | null;
}): string[] {
  const { status, excuse, inRate, truancy, suspension, independentStudy } = meaning;
  const faults: string[] = [];
  if (suspension === 'OSS' && (!inRate || truancy !== 'none' || excuse === 'unexcused' || excuse === 'unverified'))
    faults.push('an out-of-school suspension counts as absent and is never unexcused: say status absent, excuse excused');
  if (suspension === 'ISS' && (inRate || truancy !== 'none')) faults.push('an in-school suspension counts as attended: say status present');
  if (independentStudy !== null && inRate !== (independentStudy === 'incomplete'))
    faults.push('incomplete independent study counts as absent, and complete as present: say the status that goes with it');
  if (status === 'present' && (inRate || truancy !== 'none')) faults.push('a presence cannot count as absent or be a truancy event');
  return faults;
}
