import type { Ladder, Opening } from '../policy/ladder.ts';
import type { Day } from './actions.ts';
import type { SinceDone } from './events.ts';
import { isFallenLetter, roundsOf } from './evidence.ts';
import { oncePer } from './remembered.ts';
import type { CaseState } from './state.ts';

type NoImprovement = Extract<Opening, { on: 'no_improvement' }>;

/** A line that the policy draws after a task that was done: from `on`, the attendance is looked at. */
export type Support = Omit<NoImprovement, 'on'> & { on: Day };

/** Every line of a ladder after something done, each once. */
const linesOf = oncePer(({ tasks }: Ladder) => {
  const lines = new Map<string, Omit<NoImprovement, 'on'>>();
  for (const { opens } of tasks)
    for (const opening of opens) {
      if (opening.on !== 'no_improvement') continue;
      const { on: _on, ...line } = opening;
      lines.set(JSON.stringify(line), line);
    }
  return [...lines.values()];
});

/** After what a case has done the attendance is to be looked at, and since when: what the attendance side counts for it. */
export function supportsOf(state: CaseState, ladder: Ladder): Support[] {
  const lines = linesOf(ladder);
  if (lines.length === 0 || state.closed !== null) return [];
  return lines.flatMap((line) => {
    const on = doneOn(state, ladder, line.after);
    return on === null ? [] : [{ ...line, on }];
  });
}

/** The day on which a task of this school year was done first: that of the last of the records that document it. */
function doneOn(state: CaseState, ladder: Ladder, task: string): Day | null {
  const done = roundsOf(state, task).find((round) => round.status === 'done' && !isFallenLetter(state, ladder, round));
  const days = done ? state.actions.filter(({ id }) => done.evidence.includes(id)).map(({ on }) => on) : [];
  return days.length === 0 ? null : days.reduce((last, day) => (day > last ? day : last));
}

/** Whether the attendance has not improved, by the standing as it was told, since the task of an opening was done. */
export function isWithoutImprovement(state: CaseState, ladder: Ladder, { after, schoolDays, absences, rate }: NoImprovement): boolean {
  const since = state.standing?.sinceDone?.filter((one) => one.after === after) ?? [];
  if (since.length === 0) return false;
  const on = doneOn(state, ladder, after);
  return on !== null && since.some((one) => one.on === on && hasNotImproved({ schoolDays, absences, rate }, one));
}

/** Whether so many school days have passed, and so many of them, or so large a share, were missed. The same rule stands in SQL (`store/no-improvement.ts`). */
export function hasNotImproved({ schoolDays, absences, rate }: Line, since: Pick<SinceDone, 'days' | 'absences'>): boolean {
  if (since.days < schoolDays) return false;
  if (absences !== undefined) return since.absences >= absences;
  return rate !== undefined && 1000 * since.absences >= Math.round(1000 * rate) * since.days;
}

type Line = { schoolDays: number; absences?: number | undefined; rate?: number | undefined };
