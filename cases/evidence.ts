import type { Evidence, Ladder, TaskRule } from '../policy/ladder.ts';
import type { CaseState, TaskState } from './state.ts';
import type { Action } from './actions.ts';
import type { Role } from '../policy/vocabulary.ts';

/** Whether what was done is of the kind that the evidence asks for. */
export function fits(evidence: Evidence, action: Action & { role: Role | 'system' }): boolean {
  if (action.kind !== evidence.action) return false;
  if (evidence.by && !evidence.by.some((role) => role === action.role)) return false;
  const details = action.details as Record<string, unknown>;
  const where = Object.entries(evidence.where ?? {}).every(([field, values]) => values.includes(String(details[field])));
  return (
    where &&
    Object.entries(evidence.includes ?? {}).every(([field, values]) => {
      const list = details[field];
      return Array.isArray(list) && values.every((value) => list.includes(value));
    })
  );
}

export function ruleOf(ladder: Ladder, task: string): TaskRule | undefined {
  return ladder.tasks.find((rule) => rule.task === task);
}

export function taskState(state: CaseState, task: string, round: number): TaskState | undefined {
  return state.tasks.find((t) => t.task === task && t.round === round);
}

/** The latest round of a task that was not withdrawn. */
export function latestRound(state: CaseState, task: string): TaskState | undefined {
  return state.tasks.filter((t) => t.task === task && t.status !== 'withdrawn').at(-1);
}

/** A task is finished when its latest round is done, or was not available. */
export function finished(state: CaseState, task: string): boolean {
  return state.tasks.some((t) => t.task === task && (t.status === 'done' || t.status === 'unavailable'));
}
