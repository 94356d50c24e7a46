import type { PolicyPin } from '../policy/ladder.ts';
import type { Body, Ground, HOLDS, Role, StudentFlag } from '../policy/vocabulary.ts';
import type { Action, ActionDetails, Day } from './actions.ts';

/** An instant, ISO 8601 in UTC. */
export type Instant = string;

/** Who did it, in which role and at which place they were then (a school's id, or `district`). */
export interface Actor {
  id: string;
  role: Role | 'system';
  place: string;
}

/** One truancy event as the case knows it. */
export interface PendingEvent {
  day: Day;
  /** Last day of its clearing window; null while the student has not returned. */
  windowEnds: Day | null;
}

/** Why a standing cannot carry an escalation (house rule 7), and since which day that is so. */
export interface Hold {
  why: (typeof HOLDS)[number];
  since: Day;
}

/** An open task whose due day is another by the school's calendar as it is now. */
export interface MovedDue {
  task: string;
  round: number;
  on: Day | null;
}

/** How it went on after a task: enrolled school days after the day on which it was done, and those of them that were missed. */
export interface SinceDone {
  after: string;
  on: Day;
  days: number;
  absences: number;
}

/**
 * The student's standing as of a day: both clocks, cumulative, so that order and repeats of messages do not matter.
 * `version` grows with every change of any field.
 */
export interface Standing {
  version: number;
  /** The student's opaque id. */
  student: string;
  asOf: Day;
  schoolYear: string;
  school: string;
  /** Whole years on `asOf`. */
  age: number;
  absences: number;
  excused: number;
  unexcused: number;
  unverified: number;
  daysEnrolled: number;
  /** Unexcused days at compulsory age whose clearing window has ended. */
  truancy: Day[];
  /** Unexcused days at compulsory age that can still be cleared. */
  pending: PendingEvent[];
  /** Of `truancy`, the days that are an occasion of more than 30 minutes and no full day. Absent in standings noted before they were told. */
  occasions?: Day[];
  /** Reasons for which nothing may escalate on this standing just now. */
  holds?: Hold[];
  /** What the student is on `asOf` that changes the path of the case. */
  flags?: StudentFlag[];
  /** Day on which the policy's rule of recovery was met; null while it is not. */
  recoveredOn?: Day | null;
  /** Days made up in attendance recovery that count (EC 46211): taken off the chronic-absence rate, and off nothing else. Absent: none. */
  madeUp?: number;
  /** Told with a message and not kept: due days that the school's calendar, as it is now, puts elsewhere. */
  movedDues?: MovedDue[];
  /** School days and absences since the policy's tasks were done after which it looks for an improvement; absent: none were. */
  sinceDone?: SinceDone[];
  /** The student left the district: last day and the source's reason. Null, or absent, while enrolled. */
  departed?: { on: Day; reason: string | null } | null;
  /** The record counts as another student now; null, or absent, while it counts for itself. */
  mergedInto?: { merge: string; student: string; case: string } | null;
  /** Records that count as this student, with the reports that stand on their cases. */
  joined?: Omit<MergedRecord, 'as'>[];
  /** Latest record of each school task this year, to be cited. */
  schoolRecords: { task: string; record: string; on: Day }[];
  /** Told with a message and not kept: steps taken before Rollbook knew the school, of which the case has not taken note yet. */
  earlier?: EarlierRecord[];
}

/** Where a record comes from that Rollbook has not witnessed: the line of a delivery, and who brought it in. */
export interface ElsewhereSource {
  delivery: string;
  line: number;
  enteredBy: string;
}

/** What is told of every step taken elsewhere. Its words, and who took it, stay in PostgreSQL under its id. */
interface Earlier {
  /** Its id. */
  record: string;
  /** The day on which it was done; not that on which it was brought in. */
  on: Day;
  /** Local time of day, `HH:MM`, when it is known. */
  time: string | null;
  /** In which role it was done, when it is known. */
  role: Role | null;
  source: ElsewhereSource;
  textDigest: string | null;
}

interface EarlierReport {
  /** The number it was given where it was filed. */
  ordinal: number;
  filedWith: string;
  events: Day[];
}

/** `events`: the days that it named; null where that is not known. */
type EarlierLetter = Pick<ActionDetails['letter_mailed'], 'letter' | 'channel'> & { events: Day[] | null };

/** A step taken this school year before Rollbook knew the school: a truancy report, a letter, or an action. */
export type EarlierRecord = Earlier & (({ kind: 'report' } & EarlierReport) | ({ kind: 'letter' } & EarlierLetter) | Action);

/** A due date: so many school days from a day, resolved to a day and an instant when it is recorded. */
export interface Due {
  schoolDays: number;
  from: Day;
  /** Null when the school's calendar ends before it. */
  on: Day | null;
  at: Instant | null;
}

/** Why an open task is withdrawn. */
export type Withdrawal = 'fact_gone' | 'policy_migrated' | 'path' | 'recovered' | 'case_closed' | 'entry_superseded' | 'year_ended';

/** Why a case ends with the student's enrollment. */
export type Closing = 'moved' | 'graduated' | 'aged_out';

/** Another record that counts as one student with this one: who and which case, and the reports that stand there. */
export interface MergedRecord {
  merge: string;
  student: string;
  case: string;
  /** What this case's record is in the merge. */
  as: 'survivor' | 'absorbed';
  reports: { year: string; ordinal: number; on: Day; events: Day[] }[];
}

/** What happened to a case. Bodies hold codes, dates, opaque ids and digests; never a name or a sentence. */
export interface EventBodies {
  case_opened: {
    student: string;
    school: string;
    schoolYear: string;
    why: 'crossing' | 'action' | 'by_hand' | 'elsewhere';
    /** Of a crossing: the line, as `band:basic` or `report_due`; absent in cases of before it was told. */
    crossed?: string;
    policy: PolicyPin;
  };
  standing_noted: { standing: Standing; band: string | null };
  /** A new school year has begun for the case: counts and report numbers start again; the body names the year that ended. */
  year_begun: { schoolYear: string; before: string };
  /** `why`: the fact that opened it, as `band:basic` or `report_due`. */
  task_opened: { task: string; round: number; due: Due; ref?: string; why?: string };
  task_completed: { task: string; round: number; evidence: string[] };
  /** Completed as not available, because of the reason written with the command. */
  task_unavailable: { task: string; round: number; textDigest: string | null };
  /** A record it rested on was superseded or fell away, or what it was withdrawn for is over. `why`: another fact than before asks for it. */
  task_reopened: { task: string; round: number; due: Due; because: string; why?: string };
  /** Nobody is asked for it any more; absent `because`: the fact that opened it no longer stands. */
  task_withdrawn: { task: string; round: number; because?: Withdrawal };
  /** The student left the district; `on` is the last day. */
  case_closed: { why: Closing; on: Day };
  /** The student came back: another episode of the same case. `before` says how the last one ended. */
  case_reopened: { episode: number; before: Closing };
  /** The policy's rule of recovery was met on this day; monitoring begins. */
  recovery_began: { on: Day };
  /** The monitoring has passed. */
  recovered: { on: Day };
  /** The rule of recovery, met since that day, is met no more. */
  relapsed: { since: Day };
  /** Leaves the inboxes since the student has recovered; goes on if the student falls back. */
  task_paused: { task: string; round: number };
  /** Something may not begin before its school days have passed. */
  wait_began: { what: string; after: string; until: Due };
  wait_ended: { what: string; after: string };
  /** Goes on in the new school year, or, done already, still counts in it. An open one gets a new due date. */
  task_carried: { task: string; round: number; due: Due | null };
  deadline_passed: { task: string; round: number };
  /** The school's calendar changed, and with it the day on which the task falls due (house rule 9). */
  due_moved: { task: string; round: number; due: Due; was: Day | null };
  action_documented: {
    action: string;
    on: Day;
    /** Local time of day, `HH:MM`, when it is known. */
    time: string | null;
    task: { task: string; round: number } | null;
    textDigest: string | null;
  } & Action;
  action_superseded: { action: string; by: string | null; textDigest: string | null };
  report_filed: { ordinal: number; on: Day; filedWith: string; events: Day[]; standing: number };
  report_withdrawn: { ordinal: number; textDigest: string | null };
  /** A truancy report or letter rests on days that no longer stand. */
  basis_lost: { what: 'report' | 'letter'; ref: string; days: Day[] };
  /** Days that had fallen away stand again. */
  basis_restored: { what: 'report' | 'letter'; ref: string; days: Day[] };
  letter_approved: { letter: string; round: number; document: string; reports: number[]; events: Day[]; template: string };
  requirement_justified: { requirement: string; ground: Ground; textDigest: string | null };
  /** Two records were found to be of one student: this case's and another, each with its whole record. */
  record_merged: MergedRecord;
  /** The merge was taken back. */
  record_parted: { merge: string };
  referred: { to: Body; ground: Ground; document: string };
  /** Moved to another version of the policy, or to another policy, for the reason written with the command. */
  policy_migrated: { from: PolicyPin; to: PolicyPin; textDigest: string | null };
  /** A step that was taken before Rollbook knew the school, as it was brought in: never as if Rollbook had witnessed it. */
  action_recorded_elsewhere: Earlier & Action;
  report_recorded_elsewhere: Earlier & EarlierReport;
  /** `reports`: those on record then that had been filed by the day of the letter; it rests on them. */
  letter_recorded_elsewhere: Earlier & EarlierLetter & { events: Day[]; reports: number[] };
  /** A step taken elsewhere that the case cannot take: a report whose number one filed here has. A person looks into it. */
  record_declined: { record: string; because: 'number_taken' };
}

export type EventType = keyof EventBodies;

/** An event as `decide` proposes it: due dates are still counts of school days. */
export type Draft = { [T in EventType]: { type: T; body: EventBodies[T] } }[EventType];

/** An event as it stands in the record. */
export type CaseEvent = Draft & {
  seq: number;
  schema: 1;
  /** District time of the decision. */
  at: Instant;
  /** District day of the decision. */
  day: Day;
  actor: Actor;
  /** Id of the command, standing version or deadline that caused it. */
  cause: string;
};
