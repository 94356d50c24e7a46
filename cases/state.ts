import type { PolicyPin } from '../policy/ladder.ts';
import type { Body, Ground, Role } from '../policy/vocabulary.ts';
import type { Action, Day } from './actions.ts';
import type { Closing, Due, ElsewhereSource, Instant, MergedRecord, Standing, Withdrawal } from './events.ts';

/** One task of a case, in one round. */
export interface TaskState {
  task: string;
  round: number;
  openedOn: Day;
  openedSeq: number;
  due: Due;
  /** `paused`: the student has recovered; it goes on if the student falls back. */
  status: 'open' | 'done' | 'unavailable' | 'withdrawn' | 'paused';
  /** Actions, reports, letters or school records that complete it. */
  evidence: string[];
  /** The deadline passed and the case has taken note of it. */
  lapsed: boolean;
  /** What it is about: an action's id, a report's ordinal, a letter's document. */
  ref?: string;
  /** The school year it belongs to: the one it opened in, or was carried into. */
  year: string;
  /** The fact that opened it, as `band:basic` or `report_due`; absent on tasks opened before this was kept. */
  why?: string;
  /** Why it was withdrawn last; absent on one that never was, or was before this was kept. */
  withdrawn?: Withdrawal;
}

/** One documented action. */
export type DocumentedAction = {
  id: string;
  seq: number;
  on: Day;
  time: string | null;
  by: string;
  role: Role | 'system';
  task: { task: string; round: number } | null;
  superseded: boolean;
  /** Taken before Rollbook knew the school: `by` is who brought it in. */
  elsewhere?: ElsewhereSource;
} & Action;

/** One truancy report filed with the attendance supervisor. A withdrawn one keeps its number and stops counting. */
export interface TruancyReport {
  year: string;
  ordinal: number;
  on: Day;
  filedWith: string;
  seq: number;
  events: Day[];
  withdrawn: boolean;
  /** Days it rested on that no longer stand. */
  lost: Day[];
  /** Filed before Rollbook knew the school; `record` is its id. */
  elsewhere?: ElsewhereSource & { record: string };
}

/**
 * One letter: approved by a named person on a frozen basis, then mailed by an action. One that was sent elsewhere has no round of the
 * ladder (0) and no frozen document: its record's id stands for it, and for its mailing among the actions.
 */
export interface LetterState {
  year: string;
  letter: string;
  round: number;
  seq: number;
  on: Day;
  document: string;
  reports: number[];
  events: Day[];
  lost: Day[];
  elsewhere?: ElsewhereSource;
}

/** Something that cannot begin before its school days have passed: a letter after the one before it, the end of monitoring. */
export interface Wait {
  /** A letter's task, or `recovery`. */
  what: string;
  /** What it waits after: the document of the letter before, the day of the recovery. */
  after: string;
  until: Due;
  ended: boolean;
}

/**
 * A case, as a fold of its events: plain JSON, versioned. Nothing in it is stored beside the events that make it, and nothing in
 * it can be derived from the rest of it.
 */
export interface CaseState {
  schema: 2;
  caseId: string;
  /** Sequence number of the last event. */
  seq: number;
  /** District time of the last event; decisions never go back behind it. */
  at: Instant | null;
  day: Day | null;
  student: string | null;
  school: string | null;
  /** The school year that counts, reports and steps are of. */
  schoolYear: string | null;
  policy: PolicyPin | null;
  standing: Standing | null;
  tasks: TaskState[];
  actions: DocumentedAction[];
  reports: TruancyReport[];
  letters: LetterState[];
  justifications: { year: string; requirement: string; ground: Ground; seq: number; role: Role | 'system'; by: string; on: Day }[];
  referrals: { year: string; to: Body; ground: Ground; on: Day; seq: number; document: string }[];
  /** Of this school year. */
  waits: Wait[];
  /** When and why the case began; for a crossing, which line was crossed. */
  opened: { on: Day; why: string; crossed?: string } | null;
  /** Times the case has begun: 1, and one more each time the student came back. */
  episode: number;
  /** The student has left; null while enrolled. */
  closed: { why: Closing; on: Day } | null;
  /** Since which day the student has recovered by the policy's rule; null while that is not so. */
  recovery: { on: Day; stage: 'monitoring' | 'recovered' } | null;
  /** Day on which the student last fell back in this school year. */
  relapsedOn: Day | null;
  /** Records that count as one student with this case's; absent in cases of before they were told. */
  merges?: MergedRecord[];
  /** Records of steps taken elsewhere that the case could not take; absent where there are none. */
  declined?: string[];
  /** Moves from one version of the policy to another, oldest first; absent where there are none. */
  migrations?: { from: PolicyPin; to: PolicyPin; on: Day; by: string; role: Role | 'system'; seq: number }[];
  /** Ids of the last applied commands, oldest first, so that a repeat after continue-as-new has no effect. */
  applied: string[];
}
