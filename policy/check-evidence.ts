import { CODED_FIELDS } from './coded-fields.ts';
import type { PolicyDocument } from './document.ts';
import type { Evidence } from './ladder.ts';
import type { PolicyProblem, Text } from './problems.ts';

/** Evidence may ask only for fields and words there are, and for no more differences than it asks for records. */
export function checkEvidence(evidence: Evidence, at: (string | number)[], text: Text): PolicyProblem[] {
  return [...fields(evidence, at, text), ...distinct(evidence, at, text)];
}

function fields(evidence: Evidence, at: (string | number)[], text: Text): PolicyProblem[] {
  const known = CODED_FIELDS[evidence.action];
  const asked = [
    ...Object.entries(evidence.where ?? {}).map((e) => ['where', ...e] as const),
    ...Object.entries(evidence.includes ?? {}).map((e) => ['includes', ...e] as const),
    ...Object.entries(evidence.orOne ?? {}).map((e) => ['orOne', ...e] as const),
    ...Object.keys(evidence.atLeast ?? {}).map((field) => ['atLeast', field, []] as const),
    ...(evidence.tells ?? []).map((field) => ['tells', field, []] as const),
  ];
  return asked.flatMap(([how, field, values]) => {
    const spec = known[field];
    const path = how === 'tells' ? [...at, how, evidence.tells?.indexOf(field) ?? 0] : [...at, how, field];
    if (!spec)
      return [
        text.problem(path, `“${evidence.action}” has no coded field “${field}”`, `use one of ${Object.keys(known).join(', ') || 'none'}`),
      ];
    if (how === 'tells') return [];
    if (how === 'atLeast')
      return spec.list
        ? []
        : [text.problem(path, `“${field}” is one value, and “atLeast” counts the words of a list`, 'ask for it in “where”')];
    if ((how === 'includes') !== (spec.list === true))
      return [
        text.problem(path, `“${field}” is ${spec.list ? 'a list' : 'one value'}`, `ask for it in “${spec.list ? 'includes' : 'where'}”`),
      ];
    const strange = values.filter((value) => spec.words !== null && !spec.words.includes(value));
    return strange.length
      ? [text.problem(path, `${strange.join(', ')}: not a word of “${field}”`, `use one of ${spec.words?.join(', ')}`)]
      : [];
  });
}

function distinct({ action, count = 1, distinct: asked }: Evidence, at: (string | number)[], text: Text): PolicyProblem[] {
  if (!asked) return [];
  const path = [...at, 'distinct'];
  if (asked.contacts !== undefined && action !== 'contact')
    return [
      text.problem([...path, 'contacts'], `a ${action.replaceAll('_', ' ')} names no contact person`, 'ask for days or times of day'),
    ];
  const most = Math.max(...Object.values(asked), 0);
  return most > count
    ? [
        text.problem(
          path,
          `${most} different ones cannot be among ${count} record${count === 1 ? '' : 's'}`,
          `ask for at least ${most} records in “count”`,
        ),
      ]
    : [];
}

/** Morning, afternoon and evening follow one another. */
export function checkTimes({ timesOfDay }: PolicyDocument, text: Text): PolicyProblem[] {
  return timesOfDay && timesOfDay.afternoon >= timesOfDay.evening
    ? [
        text.problem(
          ['timesOfDay', 'evening'],
          `the evening begins at ${timesOfDay.evening}, before the afternoon, at ${timesOfDay.afternoon}`,
          'let the afternoon begin first',
        ),
      ]
    : [];
}
