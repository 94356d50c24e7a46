import type { Ladder } from '../policy/ladder.ts';
import { roundsOf } from './evidence.ts';
import { waitingLetters, type LetterWait } from './notices.ts';
import { asks } from './openings.ts';
import { droppedBy } from './paths.ts';
import { OF_AGE } from './rights.ts';
import type { CaseState } from './state.ts';
import { titleOf } from './wording.ts';

/** To whom a letter of the case goes, in words. */
export function addressee({ standing }: CaseState): string {
  return (standing?.age ?? 0) >= OF_AGE
    ? 'the student, who is of age, or the conservator whom a court has appointed'
    : 'everybody who holds educational rights';
}

/** Letters whose reports stand and that are not asked of anybody yet, with what each waits for. */
export function queued(state: CaseState, ladder: Ladder): { task: string; title: string; to: string; waits: LetterWait[] }[] {
  return waitingLetters(
    state,
    ladder,
    (rule) =>
      rule.opens.some((opening) => asks(state, ladder, opening).length > 0) &&
      !droppedBy(state, ladder, rule) &&
      roundsOf(state, rule.task).length === 0,
  ).map(({ rule, waits }) => ({ task: rule.task, title: titleOf(ladder, rule.task), to: addressee(state), waits }));
}
