import type { Ladder } from '../policy/ladder.ts';
import { roundsOf } from './evidence.ts';
import { waitingLetters, type LetterWait } from './notices.ts';
import { asks } from './openings.ts';
import { droppedBy } from './paths.ts';
import type { CaseState } from './state.ts';
import { titleOf } from './wording.ts';

/** Letters whose reports stand and that are not asked of anybody yet, with what each waits for. */
export function queued(state: CaseState, ladder: Ladder): { task: string; title: string; waits: LetterWait[] }[] {
  return waitingLetters(
    state,
    ladder,
    (rule) =>
      rule.opens.some((opening) => asks(state, ladder, opening).length > 0) &&
      !droppedBy(state, ladder, rule) &&
      roundsOf(state, rule.task).length === 0,
  ).map(({ rule, waits }) => ({ task: rule.task, title: titleOf(ladder, rule.task), waits }));
}
