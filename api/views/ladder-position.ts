import { bandOf, isHabitual, standingReports } from '../../cases/index.ts';
import type { Day } from '../../cases/actions.ts';
import type { CaseState } from '../../cases/state.ts';
import type { LadderPosition } from '../../documents/index.ts';
import type { Ladder } from '../../policy/ladder.ts';

/** Where a case stands on its ladder on a day, for the picture: of each task the round that was opened last. */
export function ladderPosition(state: CaseState, ladder: Ladder, day: Day): LadderPosition {
  const tasks: LadderPosition['tasks'] = {};
  for (const { task, status, due } of state.tasks.toSorted((a, b) => a.openedSeq - b.openedSeq)) {
    const late = status === 'open' && due.on !== null && due.on < day;
    tasks[task] = late ? 'overdue' : status === 'paused' ? 'open' : status;
  }
  return {
    band: bandOf(ladder, state.standing)?.band ?? null,
    reports: standingReports(state).length,
    habitual: isHabitual(state, ladder),
    tasks,
    referredOn: state.referrals.at(-1)?.on ?? null,
  };
}
