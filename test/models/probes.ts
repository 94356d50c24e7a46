import { actionFor } from '../../activities/rehearsal/actions.ts';
import type { Action } from '../../cases/actions.ts';
import { CODED_FIELDS } from '../../policy/coded-fields.ts';
import type { Evidence, TaskRule } from '../../policy/ladder.ts';
import { ROLES, type Role } from '../../policy/vocabulary.ts';

type Given = Omit<Parameters<typeof actionFor>[1], 'choose'>;

/** What documents a task: the first of the words it accepts, or, on a later try, the next of them. */
export function fitting(evidence: Evidence, given: Given, nth = 0): Action {
  return actionFor(evidence, { ...given, choose: (_field, values) => values[nth % values.length] ?? '' });
}

/**
 * The nearest thing to what a task asks that is not it: one coded field with another word, a list without what it must contain, a field
 * that says nothing, or, where any record of its kind will do, another kind of record.
 */
export function unfit(evidence: Evidence, given: Given): Action {
  const coded = CODED_FIELDS[evidence.action];
  for (const [field, values] of Object.entries(evidence.where ?? {})) {
    const other = coded[field]?.words?.find((word) => !values.includes(word));
    if (other !== undefined) return fitting({ ...evidence, where: { ...evidence.where, [field]: [other] } }, given);
  }
  for (const [field, values] of Object.entries(evidence.includes ?? {})) {
    const other = coded[field]?.words?.find((word) => !values.includes(word));
    const action = fitting(evidence, given);
    if (other !== undefined) return { ...action, details: { ...action.details, [field]: [other] } } as Action;
  }
  const [field] = evidence.tells ?? [];
  if (field !== undefined) {
    const action = fitting(evidence, given);
    const { [field]: _untold, ...details } = action.details as Record<string, unknown>;
    return { ...action, details } as Action;
  }
  return fitting({ action: evidence.action === 'monitoring' ? 'pattern_review' : 'monitoring' }, given);
}

/** Who documents a task: its owner, unless the evidence asks for somebody else. */
export function doer(rule: TaskRule): Role {
  const by = 'action' in rule.evidence ? rule.evidence.by : undefined;
  return by?.find((role) => [rule.owner, ...(rule.also ?? [])].includes(role)) ?? rule.owner;
}

/** Somebody who may not. */
export function stranger(allowed: readonly Role[]): Role {
  return ROLES.find((role) => !allowed.includes(role)) ?? 'administrator';
}
