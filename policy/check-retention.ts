import type { PolicyDocument, StateProfile } from './document.ts';
import type { PolicyProblem, Text } from './problems.ts';
import { lastsAsLong, monthsOf, type RetentionClass } from './retention.ts';

/** Records whose readers the access log names: it is kept as long as they are (34 CFR 99.32(a)(2)). */
const READ: readonly RetentionClass['class'][] = ['case', 'letters'];

/** Rules that say no time or two, that are there twice, or that end before the law allows it. */
export function checkRetention({ retention = [] }: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  return retention.flatMap((rule, index) => {
    const at = ['retention', index];
    if (retention.findIndex((one) => one.class === rule.class) < index)
      return [text.problem([...at, 'class'], `“${rule.class}” is there twice`, 'state once how long records of a class are kept')];
    const said = [rule.forever, rule.years, rule.months].filter((one) => one !== undefined);
    if (said.length !== 1)
      return [
        text.problem(
          at,
          `“${rule.class}” says ${said.length === 0 ? 'no time' : 'more than one time'}`,
          'say one of forever, years, months',
        ),
      ];
    if ((monthsOf(rule) === null) !== (rule.from === undefined))
      return [
        text.problem(
          at,
          rule.from === undefined
            ? `“${rule.class}” does not say from when on its time counts`
            : `“${rule.class}” is kept for ever, from whatever day`,
          rule.from === undefined ? 'add from: left, or from: school_year' : 'leave “from” out',
        ),
      ];
    const least = state.retention?.find((one) => one.class === rule.class);
    if (least && !lastsAsLong(rule, least))
      return [
        text.problem(
          at,
          `“${rule.class}” is kept ${inWords(rule)}, and ${state.name} keeps it ${inWords(least)} (${least.clause})`,
          `keep it ${inWords(least)} at least`,
        ),
      ];
    const read = rule.class === 'access_log' ? retention.find((one) => READ.includes(one.class) && !lastsAsLong(rule, one)) : undefined;
    return read
      ? [
          text.problem(
            at,
            `“access_log” is kept ${inWords(rule)}, and “${read.class}”, whose readers it names, ${inWords(read)} (34 CFR 99.32(a)(2): as long as the record)`,
            `keep it ${inWords(read)} at least`,
          ),
        ]
      : [];
  });
}

/** How long, as people say it. */
export function inWords(rule: RetentionClass): string {
  if (rule.forever) return 'for ever';
  const time = rule.years === undefined ? counted(rule.months ?? 0, 'month') : counted(rule.years, 'year');
  return `${time} after ${rule.from === 'school_year' ? 'the end of the school year in which the student left' : 'the student left'}`;
}

const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;
