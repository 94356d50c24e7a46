import {
  ABSENCE_REASONS,
  CAUSES,
  CHANNELS,
  CONSENTS,
  CONSIDERED,
  CONSULTED,
  CONSULTED_ABOUT,
  CONTACTED,
  CONTACT_OUTCOMES,
  GROUNDS,
  LOCATIONS,
  MEETING_OUTCOMES,
  PANEL_DECISIONS,
  PARTIES,
  PLANNED_MEETINGS,
  PLANS,
  RECOGNISED,
  REFERRED_TO,
  TEAMS,
  TOPICS,
  type ActionKind,
} from './vocabulary.ts';

/** A field that evidence may ask for: its words, or null where a district has its own; `list` where it holds several. */
export interface CodedField {
  words: readonly string[] | null;
  list?: true;
}

/**
 * The coded fields of each kind of action: what evidence may name in `where`, `includes` and `tells`. Fields of dates and numbers cannot
 * be asked for.
 */
export const CODED_FIELDS: Record<ActionKind, Record<string, CodedField>> = {
  contact: {
    channel: { words: CHANNELS },
    outcome: { words: CONTACT_OUTCOMES },
    reason: { words: ABSENCE_REASONS },
    whom: { words: CONTACTED },
    topics: { words: TOPICS, list: true },
  },
  contact_correction: { result: { words: ['corrected', 'confirmed', 'removed'] } },
  agency_referral: {
    service: { words: null },
    status: { words: ['made', 'accepted', 'attended', 'declined', 'wait_listed', 'closed'] },
    to: { words: REFERRED_TO },
    partner: { words: null },
  },
  consultation: { with: { words: CONSULTED }, about: { words: CONSULTED_ABOUT } },
  absence_review: {},
  evaluation_list: { decision: { words: ['send', 'hold'] } },
  conference: {
    outcome: { words: [...MEETING_OUTCOMES, 'refused'] },
    channel: { words: CHANNELS },
    invited: { words: PARTIES, list: true },
    present: { words: PARTIES, list: true },
    location: { words: LOCATIONS },
    joined: { words: PLANNED_MEETINGS },
  },
  contract: { status: { words: ['signed', 'refused'] }, signers: { words: PARTIES, list: true } },
  plan: {
    about: { words: PLANS },
    causes: { words: CAUSES, list: true },
    interventions: { words: null, list: true },
    measure: { words: null },
    commitments: { words: PARTIES, list: true },
  },
  pattern_review: { patterns: { words: null, list: true } },
  monitoring: {},
  follow_up: { with: { words: ['psa_counselor', 'case_manager', 'other'] } },
  meeting: {
    team: { words: TEAMS },
    outcome: { words: MEETING_OUTCOMES },
    present: { words: PARTIES, list: true },
    decision: { words: PANEL_DECISIONS },
    ledBy: { words: PARTIES, list: true },
    considered: { words: CONSIDERED, list: true },
    location: { words: LOCATIONS },
    joined: { words: PLANNED_MEETINGS },
  },
  letter_mailed: { letter: { words: null }, channel: { words: ['mail', 'email', 'in_person'] } },
  notice_of_referral: {
    ground: { words: GROUNDS },
    to: { words: ['pupil', 'parent'], list: true },
    channel: { words: ['mail', 'in_person'] },
  },
  correction_note: { letter: { words: null }, channel: { words: CHANNELS } },
  recognition: { to: { words: PARTIES, list: true }, channel: { words: CHANNELS }, for: { words: RECOGNISED } },
  directive: { of: { words: ['sarb', 'mediation'] }, about: { words: null, list: true } },
  // Who consents follows from the student's age, and is no policy's to ask for (34 CFR 99.5).
  consent: { partner: { words: null }, status: { words: CONSENTS } },
  coordination: { with: { words: PARTIES, list: true }, result: { words: ['informed', 'agreed', 'not_reached'] } },
};
