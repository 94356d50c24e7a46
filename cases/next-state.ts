import type { CaseState } from './state.ts';

/** What a state has only where there is something to tell. */
type Optional = 'merges' | 'declined' | 'migrations';

/**
 * A state of its own to write the next event into: states share their parts and are never changed. Written out field by field, since the
 * engine takes thirty times as long to spread an object of this size, and a rehearsal of a district makes a hundred million of them. A
 * field that is forgotten here does not compile.
 */
export function copyOf(state: CaseState): CaseState {
  const always: Required<Omit<CaseState, Optional>> = {
    schema: state.schema,
    caseId: state.caseId,
    seq: state.seq,
    at: state.at,
    day: state.day,
    student: state.student,
    school: state.school,
    schoolYear: state.schoolYear,
    policy: state.policy,
    standing: state.standing,
    tasks: state.tasks,
    actions: state.actions,
    reports: state.reports,
    letters: state.letters,
    justifications: state.justifications,
    referrals: state.referrals,
    waits: state.waits,
    opened: state.opened,
    episode: state.episode,
    closed: state.closed,
    recovery: state.recovery,
    relapsedOn: state.relapsedOn,
    applied: state.applied,
  };
  const copy: CaseState = always;
  if (state.merges !== undefined) copy.merges = state.merges;
  if (state.declined !== undefined) copy.declined = state.declined;
  if (state.migrations !== undefined) copy.migrations = state.migrations;
  return copy;
}

/** Writes what an event changes into a copy that nobody else has. */
export function put(copy: CaseState, changes: Partial<CaseState>): CaseState {
  return Object.assign(copy, changes);
}
