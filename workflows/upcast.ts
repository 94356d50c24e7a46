import type { CaseState } from '../cases/state.ts';

/**
 * Brings a carried state of an older release to the present schema. Each older schema gets one function here that lifts it by one, and
 * a golden history that replays through it; a state from a newer release is refused, so that an old worker leaves it alone.
 */
export function upcast(state: CaseState): CaseState {
  const schema: number = state.schema;
  if (schema === 1) return state;
  throw new Error(`a case state of schema ${schema} needs a newer worker`);
}
