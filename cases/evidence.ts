import type { Evidence, Ladder, TaskRule } from '../policy/ladder.ts';
import { oncePer, remembered } from './remembered.ts';
import type { CaseState, DocumentedAction, TaskState } from './state.ts';
import type { Action } from './actions.ts';
import type { Role } from '../policy/vocabulary.ts';
import { letterStands } from './truancy.ts';

/** Whether what was done is of the kind that the evidence asks for. */
export function fits(evidence: Evidence, action: Action & { role: Role | 'system' }): boolean {
  if (action.kind !== evidence.action) return false;
  if (evidence.by && !evidence.by.some((role) => role === action.role)) return false;
  const details = action.details as Record<string, unknown>;
  return (
    hasWords(evidence.where ?? {}, action) &&
    Object.entries(evidence.includes ?? {}).every(([field, values]) => {
      const list = details[field];
      return Array.isArray(list) && values.every((value) => list.includes(value));
    }) &&
    Object.entries(evidence.atLeast ?? {}).every(([field, least]) => {
      const list = details[field];
      return Array.isArray(list) && new Set(list).size >= least;
    }) &&
    (evidence.tells ?? []).every((field) => (Array.isArray(details[field]) ? details[field].length > 0 : details[field] !== undefined))
  );
}

/** When afternoon and evening begin, where a policy says nothing else. */
export const TIMES_OF_DAY = { afternoon: '12:00', evening: '17:00' };

/** Whether each of these fields has one of its words. */
function hasWords(asked: Record<string, string[]>, { details }: Action): boolean {
  return Object.entries(asked).every(([field, values]) => values.includes(String((details as Record<string, unknown>)[field])));
}

/** Whether records are all that evidence asks for: those that fit, and one sentence on how much of it is there. */
export interface Enough {
  met: boolean;
  records: DocumentedAction[];
  why: string;
}

/**
 * Whether these records, as many and as different as the evidence asks, document it: the one test of tasks, of requirements and of what was
 * done elsewhere. A record without a time of day is of none; a call that the family made is of no contact person.
 */
export function enough(evidence: Evidence, given: readonly DocumentedAction[], ladder: Pick<Ladder, 'timesOfDay'>): Enough {
  const records = given.filter((one) => !one.superseded && fits(evidence, one));
  const { count = 1, distinct = {} } = evidence;
  const asked: [have: number, of: number, what: string][] = [
    [records.length, count, `${evidence.action.replaceAll('_', ' ')} records`],
    ...(distinct.timesOfDay === undefined ? [] : [row(timesOfDay(records, ladder), distinct.timesOfDay, 'different times of day')]),
    ...(distinct.contacts === undefined ? [] : [row(records.flatMap(contactOf), distinct.contacts, 'different contact persons')]),
    ...(distinct.days === undefined
      ? []
      : [
          row(
            records.map(({ on }) => on),
            distinct.days,
            'different days',
          ),
        ]),
  ];
  const one = evidence.orOne ? records.find((record) => hasWords(evidence.orOne ?? {}, record)) : undefined;
  if (one) return { met: true, records, why: `One of ${one.on} is enough by itself.` };
  return {
    met: asked.every(([have, of]) => have >= of),
    records,
    why: `${asked.map(([have, of, what]) => `${have} of ${of} ${what}`).join(', ')}.`,
  };
}

function row(values: readonly string[], of: number, what: string): [number, number, string] {
  return [new Set(values).size, of, what];
}

function timesOfDay(records: readonly DocumentedAction[], { timesOfDay: cuts = TIMES_OF_DAY }: Pick<Ladder, 'timesOfDay'>): string[] {
  return records.flatMap(({ time }) =>
    time === null ? [] : [time >= cuts.evening ? 'evening' : time >= cuts.afternoon ? 'afternoon' : 'morning'],
  );
}

function contactOf(action: DocumentedAction): string[] {
  return action.kind === 'contact' && action.details.contact !== null ? [action.details.contact] : [];
}

export function ruleOf(ladder: Ladder, task: string): TaskRule | undefined {
  return rulesByTask(ladder).get(task);
}

const rulesByTask = oncePer((ladder: Ladder) => new Map(ladder.tasks.map((rule) => [rule.task, rule])));

export function taskState(state: CaseState, task: string, round: number): TaskState | undefined {
  return state.tasks.find((t) => t.task === task && t.round === round);
}

/** What was documented for a task, what was superseded too. */
export function ofTask(state: CaseState, { task, round }: { task: string; round: number }): DocumentedAction[] {
  return state.actions.filter((a) => a.task?.task === task && a.task.round === round);
}

/** The rounds of a task that count in this school year: those that were withdrawn do not. */
export function roundsOf({ tasks, schoolYear }: CaseState, task: string): TaskState[] {
  return roundsByTask(tasks, schoolYear).get(task) ?? [];
}

const roundsByTask = remembered((tasks: TaskState[], year: string | null) => {
  const rounds = new Map<string, TaskState[]>();
  for (const task of tasks) {
    if (task.year !== year || task.status === 'withdrawn') continue;
    const known = rounds.get(task.task);
    if (known) known.push(task);
    else rounds.set(task.task, [task]);
  }
  return rounds;
});

/** Whether a letter's task was done with a letter whose basis has fallen since: it stays in the record and counts no more. */
export function isFallenLetter(state: CaseState, ladder: Ladder, task: TaskState): boolean {
  const evidence = ruleOf(ladder, task.task)?.evidence;
  if (task.status !== 'done' || !evidence || !('letter' in evidence)) return false;
  const letter = state.letters.findLast(
    (l) => l.letter === evidence.letter && (l.elsewhere ? task.evidence.includes(l.document) : l.round === task.round),
  );
  return letter !== undefined && !letterStands(state, ladder, letter);
}

/** A task is finished when one of its rounds of this school year is done, or was not available. */
export function finished(state: CaseState, ladder: Ladder, task: string): boolean {
  return roundsOf(state, task).some((t) => (t.status === 'done' && !isFallenLetter(state, ladder, t)) || t.status === 'unavailable');
}

/** Whether anything has been documented for an open task; a letter counts from its approval. */
export function isTouched(state: CaseState, ladder: Ladder, task: TaskState): boolean {
  const evidence = ruleOf(ladder, task.task)?.evidence;
  const approved = evidence !== undefined && 'letter' in evidence ? evidence.letter : null;
  return (
    state.actions.some((a) => !a.superseded && a.task?.task === task.task && a.task.round === task.round) ||
    state.letters.some((l) => l.letter === approved && l.round === task.round)
  );
}
