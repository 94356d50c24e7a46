import type { Ladder } from '../policy/ladder.ts';
import { decide, SYSTEM } from './decide.ts';

import { evolve } from './fold.ts';
import type { Message, Refusal } from './messages.ts';
import type { CaseState, TaskState } from './state.ts';

/** A round of a task. */
type TouchedTask = Pick<TaskState, 'task' | 'round'>;

/** What a message would do to the open tasks of a case. */
interface TasksTouched {
  /** Open afterwards and not before. */
  gains: TouchedTask[];
  /** Open before, and asked of nobody afterwards. */
  loses: TouchedTask[];
  /** Open before and done afterwards. */
  completes: TouchedTask[];
}

/** What a message would change in the work on a case, by the very decision that it would bring about; nothing is written. */
export function foresee(state: CaseState, ladder: Ladder, message: Message): TasksTouched | { refusal: Refusal } {
  const decision = decide(state, ladder, message);
  if (decision.kind === 'refused') return { refusal: decision.refusal };
  const { at, day } = message.time;
  const actor = message.kind === 'command' ? message.actor : SYSTEM;
  const after = decision.events.reduce(
    (before, draft) => evolve(before, { ...draft, seq: before.seq + 1, schema: 1, at, day, actor, cause: message.id }),
    state,
  );
  const before = state.tasks.filter(({ status }) => status === 'open');
  const now = (one: TaskState): TaskState['status'] | undefined =>
    after.tasks.find(({ task, round }) => task === one.task && round === one.round)?.status;
  const was = (one: TaskState): boolean => before.some(({ task, round }) => task === one.task && round === one.round);
  return {
    gains: after.tasks.filter((one) => one.status === 'open' && !was(one)).map(named),
    loses: before.filter((one) => now(one) === 'withdrawn').map(named),
    completes: before.filter((one) => now(one) === 'done').map(named),
  };
}

function named({ task, round }: TaskState): TouchedTask {
  return { task, round };
}
