import type {
  AbsenceReason,
  ActionKind,
  Cause,
  Channel,
  Considered,
  CONSENTING,
  CONSENTS,
  CONSULTED,
  CONSULTED_ABOUT,
  Contacted,
  ContactOutcome,
  Ground,
  Location,
  MeetingOutcome,
  PanelDecision,
  Party,
  PlannedMeeting,
  PLANS,
  RECOGNISED,
  REFERRED_TO,
  Team,
  Topic,
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
    /** Whom the attempt was meant for. */
    whom?: Contacted;
    /** What was talked about, beyond the absence. */
    topics?: Topic[];
  };
  contact_correction: { contact: string; result: 'corrected' | 'confirmed' | 'removed' };
  agency_referral: {
    service: string;
    status: 'made' | 'accepted' | 'attended' | 'declined' | 'wait_listed' | 'closed';
    to?: (typeof REFERRED_TO)[number];
    /** The organisation, by its key among the district's partners. */
    partner?: string;
  };
  consultation: { with: (typeof CONSULTED)[number]; about: (typeof CONSULTED_ABOUT)[number] };
  absence_review: { cleared: Day[]; upheld: Day[] };
  evaluation_list: { decision: 'send' | 'hold' };
  conference: {
    outcome: MeetingOutcome | 'refused';
    invited: Party[];
    present: Party[];
    channel: Channel;
    location?: Location;
    /** The meeting, planned anyway, which it joined. */
    joined?: PlannedMeeting;
  };
  contract: { status: 'signed' | 'refused'; signers: Party[]; from: Day; until: Day };
  plan: {
    about: (typeof PLANS)[number];
    review: Day;
    /** Root causes that it answers. */
    causes?: Cause[];
    /** What is done about them, in the district's own codes. */
    interventions?: string[];
    /** By what its effect is told on the day of the review. */
    measure?: string;
    /** Who has committed to something in it. */
    commitments?: Party[];
  };
  pattern_review: { patterns: string[] };
  monitoring: { attended: number; absent: number };
  follow_up: { with: 'psa_counselor' | 'case_manager' | 'other' };
  meeting: {
    team: Team;
    outcome: MeetingOutcome;
    present: Party[];
    decision?: PanelDecision;
    /** Who led it; several where it was led together. */
    ledBy?: Party[];
    /** What was looked at before deciding. */
    considered?: Considered[];
    location?: Location;
    joined?: PlannedMeeting;
  };
  /** `contact`: null of one sent elsewhere, whose file names whom it reached in words. */
  letter_mailed: { letter: string; channel: 'mail' | 'email' | 'in_person'; contact: string | null };
  /** What a board or a mediation told the family and the school to do, until a day. */
  directive: { of: 'sarb' | 'mediation'; about: string[]; until: Day };
  /** The family is told that a letter no longer stands; `letter` is its document. */
  correction_note: { letter: string; channel: Channel; contact: string };
  /** Progress that was seen and said. */
  recognition: { to: Party[]; channel: Channel; for?: (typeof RECOGNISED)[number] };
  /** Those whom a student’s situation asks to be told or heard first: a rights holder, a liaison, a nurse. */
  coordination: { with: Party[]; result: 'informed' | 'agreed' | 'not_reached' };
  /** Whether a partner may be told of the student: signed and dated, with its records and purpose in the note (34 CFR 99.30(b)). */
  consent: { partner: string; status: (typeof CONSENTS)[number]; by: (typeof CONSENTING)[number]; until?: Day };
  notice_of_referral: { ground: Ground; to: ('pupil' | 'parent')[]; channel: 'mail' | 'in_person' };
}

export type Action = { [K in ActionKind]: { kind: K; details: ActionDetails[K] } }[ActionKind];
