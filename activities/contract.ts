import type { Actor, CaseEvent, Draft, Standing } from '../cases/events.ts';
import type { DistrictTime, Refusal } from '../cases/messages.ts';
import type { CarriedLadder } from '../cases/carried-ladder.ts';
import type { CaseState } from '../cases/state.ts';
import type { Ladder } from '../policy/ladder.ts';

/** Start input of the case's workflow: the case as PostgreSQL has it, so that opening, repair and rebuild are one call. */
export interface CaseInput {
  caseId: string;
  state: CaseState;
  /** Written short; a run of an older release was given it in full. */
  ladder: CarriedLadder | Ladder;
  /** District time at the start: from it the first timer is armed. */
  time: DistrictTime;
  /** Roll over to a new run after this many history events; from configuration, lower in tests. */
  rollAfter: number;
}

/** One transition, written in one transaction (house rule 2). */
export interface Transition {
  caseId: string;
  /** The transition's events take the sequence numbers after this one. */
  baseSeq: number;
  cause: string;
  /** The command that it answers; null for a standing or a tick. */
  commandId: string | null;
  actor: Actor;
  time: DistrictTime;
  /** Version of the standing that was judged; 0 before any. */
  standingVersion: number;
  /** Digest of the ladder by which it was judged; absent from a worker of an older release. */
  ladder?: string;
  events: Draft[];
}

export type TransitionResult =
  /** Written now, or by an earlier try of the same cause: the events as they stand in the record, due dates resolved. */
  | { kind: 'recorded'; events: CaseEvent[] }
  /**
   * Somebody else took the sequence number, or it was judged by another ladder than the record is pinned to: judge again from this state,
   * by this ladder where it is another.
   */
  | { kind: 'behind'; state: CaseState; ladder?: CarriedLadder }
  /** PostgreSQL's standing is newer than the one judged: judge this first. */
  | { kind: 'newer_standing'; standing: Standing }
  /** The command already has an outcome: nothing was written. */
  | { kind: 'settled' };

/** What the case's workflow asks of the world. Never rename one: running workflows call them by name. */
export interface CaseActivities {
  recordTransition(transition: Transition): Promise<TransitionResult>;
  /** Compare-and-set of a command's refusal, before anyone is told. */
  refuseCommand(input: { caseId: string; commandId: string; refusal: Refusal }): Promise<void>;
  /** Shows on the case's row that a message could not be recorded and why; the next transition that is recorded clears it. */
  noteAttention(input: { caseId: string; problem: string }): Promise<void>;
}
