import type { CaseState } from '../cases/state.ts';

/** A state as a run of an older release carried it: of its schema this alone is known. */
type Carried = Omit<CaseState, 'schema'> & { schema: number };

/**
 * Brings a carried state of an older release to the present schema. Each older schema gets one function here that lifts it by one, and
 * a golden history that replays through it; a state from a newer release is refused, so that an old worker leaves it alone.
 */
export function upcast(carried: Carried): CaseState {
  const state = carried.schema === 1 ? fromSchema1(carried) : carried;
  if (state.schema === 2) return { ...BLANK, ...state, schema: 2 };
  throw new Error(`a case state of schema ${state.schema} needs a newer worker`);
}

/** What schema 2 came to hold after its first runs. */
const BLANK = { waits: [], opened: null, episode: 1, closed: null, recovery: null, relapsedOn: null };

/** Schema 1 knew one school year only: all that it holds is of that year. */
function fromSchema1(state: Carried): Carried {
  const year = state.standing?.schoolYear ?? state.schoolYear ?? '';
  const ofYear = <T extends object>(list: T[]): T[] => list.map((one) => ({ ...one, year }));
  return {
    ...state,
    schema: 2,
    schoolYear: state.standing?.schoolYear ?? state.schoolYear,
    tasks: ofYear(state.tasks),
    reports: state.reports.map((report) => ({ ...report, year, filedWith: 'attendance_supervisor' })),
    letters: ofYear(state.letters),
    justifications: ofYear(state.justifications),
    referrals: ofYear(state.referrals),
  };
}
