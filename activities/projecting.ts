import { bandOf, nextDeadline, phaseOf, supportsOf } from '../cases/index.ts';
import type { CaseEvent } from '../cases/events.ts';
import type { CaseState } from '../cases/state.ts';
import type { Ladder } from '../policy/ladder.ts';
import type { Projection } from '../store/case-projections.ts';

/** One event of a case with the state after it. */
export interface Step {
  event: CaseEvent;
  state: CaseState;
  /** The ladder to which the case is pinned after the event. */
  ladder: Ladder;
}

/** What the read tables show of new events: the events themselves, and the case as it stands after the last of them. */
export function projecting(schoolBefore: string | null, steps: [Step, ...Step[]] | Step[], lastHash: string): Projection {
  const last = steps.at(-1);
  if (!last) throw new Error('there is nothing to project');
  const { state, ladder } = last;
  return {
    steps: steps.map((step) => ({
      event: step.event,
      schoolYear: step.state.standing?.schoolYear ?? step.state.schoolYear ?? '',
      ladder: step.ladder,
    })),
    state,
    schoolBefore,
    lastHash,
    band: bandOf(ladder, state.standing)?.band ?? null,
    phase: phaseOf(state),
    nextDeadline: nextDeadline(state),
    supports: supportsOf(state, ladder),
  };
}
