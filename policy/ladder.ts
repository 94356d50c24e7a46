import type { Reminder } from './reminders.ts';
import type { ActionKind, Body, Ground, Party, Role, StudentFlag, TaskKind, Team, PanelDecision } from './vocabulary.ts';

/**
 * The compiled ladder: all of a policy that `decide` reads, and nothing else. It is made by `policy/compile.ts` from a policy
 * document and the state's profile, travels in the workflow's start input, and without its wording stays under 10 KB as JSON.
 */
export interface Ladder {
  schema: 1;
  policy: PolicyPin;
  statute: Statute;
  bands: Band[];
  /** What bands go by; absent: the count of absences. */
  bandsBy?: 'rate' | 'stricter';
  /** Days enrolled below which a rate puts nobody beyond the first band; absent where no rate decides. */
  minimumDays?: number;
  /** Every piece of work the ladder can open on a case, in the order of the protocol. */
  tasks: TaskRule[];
  /** What must be true before the referral to the last rung: the statute's conditions first, then the policy's. */
  referral: Requirement[];
  /** What students' situations change. */
  paths?: Path[];
  /** What happens when a student recovers; absent: the policy knows no recovery. */
  recovery?: Recovery;
  /** What happens to a year's tasks when the next one begins; absent: open ones are withdrawn, contracts and plans count on. */
  rollover?: Rollover;
  /** Absences by the end of the student's first, second, … school month that are an early warning; absent: none are. */
  firstMonths?: number[];
  /** From when on it is afternoon and evening, `HH:MM`; absent: 12:00 and 17:00. */
  timesOfDay?: { afternoon: string; evening: string };
  /** School days for which a justification holds; absent: for the school year. */
  justificationsLast?: number;
  /** Who may justify, in writing, that a requirement of the policy could not be met. */
  justifiableBy: Role[];
  /**
   * Titles, headings and sources by key of task and requirement. `decide` needs none of it, so the copy that travels with a case goes
   * without (`withoutWording`), and answers made there name keys.
   */
  wording?: Record<string, Wording>;
}

/** How a task or requirement is called, the rung it belongs to (a band or `truancy`), and the bullet or section it comes from. */
export interface Wording {
  title: string;
  clause: string;
  step: string | null;
  /** What to say, with merge fields as `{caller}`. */
  script?: string;
  /** Of a team's meeting: who leads it, who is asked to come and how many school days before, and how many have to be there. */
  meeting?: { chair?: Party; invite: Party[]; quorum?: number; leadDays?: number };
  /** Of a task: who is reminded of it, and when. It decides nothing about a case, so it is not pinned with what does. */
  reminders?: Reminder[];
}

/** Names one version of one policy for good: the digest is the SHA-256 of the RFC 8785 bytes of its compiled ladder. */
export interface PolicyPin {
  id: string;
  version: number;
  digest: string;
}

/** What the state fixes and no policy or role may change, with California's sections and, where it differs, another state's. */
export interface Statute {
  state: string;
  /** Unexcused events that make the first report due (EC 48260: 3). */
  firstReportEvents: number;
  /** They must lie in one calendar month (CGS 10-198a: four in any one month); absent: in one school year. */
  firstReportWithin?: 'month';
  /** Where they must lie in a month: so many in a school year are as good (CGS 10-198a: ten). */
  firstReportYearEvents?: number;
  /** Unserved events that make each further report due (EC 48261: 1); null where a pupil is reported once. */
  furtherReportEvents: number | null;
  /** Standing reports that, with a conference effort, make a pupil a habitual truant (EC 48262: 3); null where the state knows none. */
  habitualReports: number | null;
  /** The conference effort must follow the filing of one of these reports (EC 48262: 1 or 2). */
  conferenceAfterReports: number[];
  /** Compulsory ages: from this birthday, until before that one (EC 48200: 6 and 18). */
  ageFrom: number;
  ageUntil: number;
  /** Share of enrolled, taught days absent that makes a chronic absentee (EC 60901: 0.1). */
  chronicRate: number;
  /** Share of school days missed without valid excuse that makes a chronic truant, if the district has done its part (EC 48263.6: 0.1); null where the state knows none. */
  chronicTruantRate?: number | null;
  /** On what grounds a case can be referred; absent: on those of California. */
  grounds?: Ground[];
}

/** A range of absences, all kinds together, or of attendance, or of both. Bands open support and nothing else. */
export interface Band {
  band: string;
  name: string;
  /** First absence of the band; null where bands go by rate alone. */
  from: number | null;
  /** Inclusive; null in the last band. */
  to: number | null;
  /**
   * Where bands do not go by count alone: attendance, in thousandths of the enrolled days, below which the band begins, and at which
   * too when `inclusive`. The first band has none.
   */
  limit?: { perMille: number; inclusive: boolean };
}

/** When a task opens. Any one of a task's openings is enough. */
export type Opening =
  /** The case begins. */
  | { on: 'case' }
  /** Absences reach this band or a later one. */
  | { on: 'band'; band: string }
  /** A truancy report has become due; a new round for each report. */
  | { on: 'report_due' }
  /** This many truancy reports stand. */
  | { on: 'reports'; count: number }
  /** Habitual truant by statute: reports and conference effort. */
  | { on: 'habitual' }
  /** A contact was tried and nobody was reached; a new round for each such attempt. */
  | { on: 'attempt_failed' }
  /** An attempt met a wrong or dead number, a bounced email or returned mail; a new round each time. */
  | { on: 'contact_data_wrong' }
  /** A filed report may no longer be relied upon, since its basis fell; a new round for each such report. */
  | { on: 'report_fallen' }
  /** A mailed letter rests on days that no longer stand; a new round for each such letter. */
  | { on: 'letter_fallen' }
  /** The case was referred, and the referral would no longer be ready: what it rested on fell away. */
  | { on: 'referral_fallen' }
  /** As many absences in the first months of school as the policy's `firstMonths` says. */
  | { on: 'first_months' }
  /**
   * So many school days after a task was done, the school days since on which the student was absent are this many, or this share (to the
   * thousandth). One of the two is given.
   */
  | { on: 'no_improvement'; after: string; schoolDays: number; absences?: number; rate?: number }
  /** The student has recovered by the policy's rule; a new round for each recovery. */
  | { on: 'recovered' }
  /** The case is on a path; where given, from this band on, or once this many reports stand. */
  | { on: 'path'; path: string; band?: string; reports?: number };

/** Which records complete a task or meet a requirement. All given conditions must hold. */
export interface Evidence {
  action: ActionKind;
  /** A field of the action must have one of these values. */
  where?: Record<string, string[]>;
  /** A list field of the action must contain all of these values. */
  includes?: Record<string, string[]>;
  /** A list field of the action must have so many words. */
  atLeast?: Record<string, number>;
  /** These fields of the action must say something. */
  tells?: string[];
  /** Who must have done it. */
  by?: Role[];
  /** How many such records; 1 if absent. */
  count?: number;
  /** So many different times of day (morning, afternoon, evening), contact persons and days there must be among them. */
  distinct?: { timesOfDay?: number; contacts?: number; days?: number };
  /** One such record with one of these words is enough by itself: nobody goes on trying to reach whom somebody has reached. */
  orOne?: Record<string, string[]>;
}

/** How a student's situation changes the way of the case. */
export interface Path {
  path: string;
  /** Any of these flags puts a case on it. */
  flags?: StudentFlag[];
  /** So does this age, in whole years. */
  age?: number;
  /** Tasks that have to be finished before any letter. */
  first?: string[];
  /** Tasks that are not asked on it. */
  drops?: string[];
  /** No truancy letter goes to the parent. */
  notices?: 'stop';
  /** No referral to SARB. */
  referral?: 'stop';
}

export interface Recovery {
  /** School days of monitoring from the day on which the rule of recovery was met. */
  monitor: number;
  /** What happens to open tasks; one on which something was documented is paused in any case. */
  open: 'withdraw' | 'pause';
  /** Tasks that go on all the same, since the law asks for them or a correction does. */
  keep: string[];
}

export interface Rollover {
  /** Open tasks that go on in the new school year, with a new due date. All others are withdrawn. */
  goOn: string[];
  /** Tasks that, once documented, count in the new year too, as long as their contract or plan is in force. */
  countOn: string[];
}

export interface TaskRule {
  task: string;
  kind: TaskKind;
  opens: Opening[];
  /** Who owns it. */
  owner: Role;
  /** Who else may document it; the owner always may. */
  also?: Role[];
  /** Due this many school days after it opened. */
  due: number;
  evidence: Evidence | { report: true } | { withdrawal: true } | { letter: string } | { schoolRecord: string } | { referral: Body };
  /** For a letter: who may approve it after reading it. */
  approver?: Role[];
  /** For a letter: how many standing reports it rests on. */
  reports?: number;
  /** For a letter: so many school days after the letter before it was mailed. */
  spacing?: number;
  /** For a letter: so many events that the letter before it did not name. */
  newEvents?: number;
  /** For a letter: one of these must have been documented after the letter before it. */
  interventionBetween?: ActionKind[];
  /** For a letter: so many full days among the truancy events of the school year; occasions do not count. */
  fullDays?: number;
  /** For a letter: it waits until these tasks are done, and no longer than so many school days from the day it could have gone out. */
  waitsFor?: { tasks: string[]; schoolDays: number };
  /** "When available", "appropriate", "where partnership exists": may be completed as *not available, because …*. */
  unavailable?: true;
  /** Opens anew this many school days after each completion. */
  recurs?: number;
  /** These tasks must be done (or not available) before this one can be completed. */
  needs?: string[];
}

/** One line of the readiness list of a SARB referral. */
export interface Requirement {
  requirement: string;
  /** On which ground alone it applies; on the other it is *not applicable*. Absent: on both. */
  ground?: Ground;
  /** On which path alone it applies. */
  path?: string;
  /** Nobody may justify its absence, though it is the policy's own. */
  firm?: true;
  /** True for a condition of the statute: nobody may justify its absence. */
  statutory?: true;
  /** Absent: the task of the same name is finished. */
  test?: RequirementTest;
}

export type RequirementTest =
  /** The named task was completed (or was not available) in its latest needed round. */
  | { task: string }
  /** At least this many standing truancy reports. */
  | { reports: number }
  /** A conference with parent and pupil held or attempted after one of the statute's reports. */
  | { conferenceEffort: true }
  /** Age on the day of the referral within the compulsory ages. */
  | { age: true }
  /** Absence rate at or above the statute's chronic rate. */
  | { chronicRate: true }
  /** The notice of referral went to pupil and parent, in writing, on this ground. */
  | { noticeOfReferral: true }
  /** A team met and decided this. */
  | { decision: { team: Team; decision: PanelDecision } }
  /** Records of this kind exist. */
  | { evidence: Evidence };
