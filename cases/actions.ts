import type {
  AbsenceReason,
  ActionKind,
  Channel,
  ContactOutcome,
  Ground,
  MeetingOutcome,
  PanelDecision,
  Party,
  Team,
} from '../policy/vocabulary.ts';

/** A date on the school's calendar, `YYYY-MM-DD`. */
export type Day = string;

/**
 * What each kind of action documents beyond who, when and note. Codes, dates and opaque ids only: names, numbers and free text
 * stay in PostgreSQL with the command (house rule 11).
 */
export interface ActionDetails {
  contact: {
    channel: Channel;
    outcome: ContactOutcome;
    /** Id of the contact person tried; null for a call the family made. */
    contact: string | null;
    /** First day of the spell of absence it was about. */
    spell?: Day;
    reason?: AbsenceReason;
    expectedReturn?: Day;
    language?: string;
    interpreter?: boolean;
  };
  contact_correction: { contact: string; result: 'corrected' | 'confirmed' | 'removed' };
  agency_referral: { service: string; status: 'made' | 'accepted' | 'attended' | 'declined' | 'wait_listed' | 'closed' };
  consultation: { with: 'psa_counselor' | 'attorney'; about: 'case' | 'home_visit' | 'case_management' | 'prosecution_options' };
  absence_review: { cleared: Day[]; upheld: Day[] };
  evaluation_list: { decision: 'send' | 'hold' };
  conference: { outcome: MeetingOutcome | 'refused'; invited: Party[]; present: Party[]; channel: Channel };
  contract: { status: 'signed' | 'refused'; signers: Party[]; from: Day; until: Day };
  plan: { about: 'case_management' | 'attendance_success'; review: Day };
  pattern_review: { patterns: string[] };
  monitoring: { attended: number; absent: number };
  follow_up: { with: 'psa_counselor' | 'case_manager' | 'other' };
  meeting: { team: Team; outcome: MeetingOutcome; present: Party[]; decision?: PanelDecision };
  /** `contact`: null of one sent elsewhere, whose file names whom it reached in words. */
  letter_mailed: { letter: string; channel: 'mail' | 'email' | 'in_person'; contact: string | null };
  /** What a board or a mediation told the family and the school to do, until a day. */
  directive: { of: 'sarb' | 'mediation'; about: string[]; until: Day };
  /** The family is told that a letter no longer stands; `letter` is its document. */
  correction_note: { letter: string; channel: Channel; contact: string };
  /** Progress that was seen and said. */
  recognition: { to: Party[]; channel: Channel };
  /** Those whom a student’s situation asks to be told or heard first: a rights holder, a liaison, a nurse. */
  coordination: { with: Party[]; result: 'informed' | 'agreed' | 'not_reached' };
  notice_of_referral: { ground: Ground; to: ('pupil' | 'parent')[]; channel: 'mail' | 'in_person' };
}

export type Action = { [K in ActionKind]: { kind: K; details: ActionDetails[K] } }[ActionKind];
