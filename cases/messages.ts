import type { PolicyPin } from '../policy/ladder.ts';
import type { Body, Ground } from '../policy/vocabulary.ts';
import type { Action, Day } from './actions.ts';
import type { CarriedLadder } from './carried-ladder.ts';
import type { Actor, Instant, Standing } from './events.ts';

/** District time as every message carries it: `offset` is district minus wall time in milliseconds, zero when live. */
export interface DistrictTime {
  at: Instant;
  /** The district's day at `at`, in the district's time zone. */
  day: Day;
  offset: number;
}

/** What a person asks of a case. Text stays in PostgreSQL; `textDigest` stands for it here. */
export type Command =
  | { kind: 'open_case' }
  | {
      kind: 'document_action';
      on: Day;
      time: string | null;
      task: { task: string; round: number } | null;
      action: Action;
      /** Id of an action that this one replaces. */
      supersedes?: string;
    }
  | { kind: 'record_unavailable'; task: string; round: number }
  | { kind: 'supersede_action'; action: string }
  | { kind: 'file_report'; events: Day[]; filedWith: string; on: Day }
  | { kind: 'withdraw_report'; ordinal: number }
  | { kind: 'approve_letter'; letter: string; round: number }
  | { kind: 'justify_requirement'; requirement: string; ground: Ground }
  | { kind: 'refer'; to: Body; ground: Ground }
  | { kind: 'migrate_policy'; to: PolicyPin };

export type CommandKind = Command['kind'];

/** Commands that judge the case as it was seen; they are refused when it has moved on (`If-Match`). */
export const JUDGEMENTS: readonly CommandKind[] = ['approve_letter', 'justify_requirement', 'refer', 'withdraw_report'];

interface MessageBase {
  /** Identity for repeats: the command's id, `standing:<version>` or `tick:<instant>`. */
  id: string;
  time: DistrictTime;
  /** PostgreSQL's standing when the message was sent; the case ignores one that is not newer than its own. */
  standing: Standing | null;
}

export type Message =
  | (MessageBase & {
      kind: 'command';
      actor: Actor;
      command: Command;
      /** Digest of the text that belongs to it, if any; the text itself stays in the command's row. */
      textDigest: string | null;
      /** The sequence number the person had seen; only judgements carry it. */
      ifSeq: number | null;
      /** Of `migrate_policy`: the ladder to which the case is moved; it is not kept in the command's row, which names it by its pin. */
      ladder?: CarriedLadder;
    })
  | (MessageBase & { kind: 'standing' })
  | (MessageBase & { kind: 'tick' });

/** Why a command was refused. `type` is stable; the API turns it into a problem response. */
export interface Refusal {
  type:
    | 'case-not-open'
    | 'case-already-open'
    | 'case-closed'
    | 'role-not-allowed'
    | 'future-date'
    | 'unknown-task'
    | 'task-not-open'
    | 'evidence-does-not-fit'
    | 'evidence-predates'
    | 'needs-other-tasks'
    | 'not-optional'
    | 'unknown-action'
    | 'already-superseded'
    | 'held'
    | 'merged'
    | 'report-not-due'
    | 'report-events'
    | 'unknown-report'
    | 'letter-not-due'
    | 'letter-not-approved'
    | 'basis-lost'
    | 'requirement-not-justifiable'
    | 'unknown-requirement'
    | 'requirements-missing'
    | 'already-referred'
    | 'already-migrated'
    | 'stale'
    | 'bad-command';
  /** One sentence for the person: what is wrong and what to do. */
  detail: string;
  missing?: { requirement: string; title: string; why: string }[];
}
