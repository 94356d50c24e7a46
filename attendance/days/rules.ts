import type { DaysPolicy } from '../../policy/days.ts';

/** SQL: is this number of minutes long enough for an occasion (EC 48260)? Null minutes are not. */
export function isOccasion(rules: DaysPolicy, minutes: string): string {
  return `coalesce(${minutes} ${rules.occasion.operator === 'over' ? '>' : '>='} ${rules.occasion.minutes}, false)`;
}

/** SQL: the place in the policy's order of certainty of what a row says; 1 is the most certain. */
export function certainty(rules: DaysPolicy, row: string): string {
  const place = (saying: DaysPolicy['certainty'][number]): number => rules.certainty.indexOf(saying) + 1;
  return `CASE
    WHEN ${row}.absent THEN CASE ${row}.excuse WHEN 'excused' THEN ${place('excused')} WHEN 'exempt' THEN ${place('excused')}
      WHEN 'unexcused' THEN ${place('unexcused')} ELSE ${place('unverified')} END
    WHEN ${row}.status = 'present' THEN ${place('present')} ELSE ${place('tardy')} END`;
}
