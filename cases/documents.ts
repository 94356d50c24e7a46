import type { Ladder } from '../policy/ladder.ts';
import type { Ground } from '../policy/vocabulary.ts';
import type { Day } from './actions.ts';
import type { Actor, CaseEvent, Standing } from './events.ts';
import type { Readiness } from './readiness.ts';

/** What a letter is frozen with: all that its printing needs (house rule 5). */
export interface LetterSource {
  kind: 'letter';
  language: string;
  letter: string;
  /** The texts as they were then. */
  text: LetterText;
  /** The version of the district's own text, with the SHA-256 of all its languages; absent where the shipped one was used. */
  textVersion?: { version: number; digest: string };
  district: string;
  day: Day;
  school: { id: string; name: string };
  student: { name: string; localId: string };
  /** `contact`: null of the student, who is of age. */
  recipients: { contact: string | null; name: string; address: string[] }[];
  policy: { id: string; version: number; digest: string };
  reports: { ordinal: number; filedOn: Day }[];
  events: { day: Day; report: number; status: string; excuse: string; code: string | null; file: string; line: number }[];
  approvedBy: { id: string; name: string; role: string };
}

/** A sentence, and the required statement that it makes. */
export interface Worded {
  text: string;
  /** The same said to the student, where a letter goes to one who is of age; absent: no other words are needed. */
  ofAge?: string | undefined;
  clause?: string | undefined;
}
export type LetterPart = Worded | { bullets: Worded[] } | { list: 'events' };
export interface LetterText {
  title: string;
  greeting: string;
  paragraphs: LetterPart[];
}

/** One attendance day as it stands, with the file and line it came from. */
export interface AttendanceFact {
  date: Day;
  status: string;
  excuse: string;
  code: string | null;
  file: string;
  line: number;
}

export interface ContactFact {
  id: string;
  name: string;
  relationship: string;
  primary: boolean;
  livesWith: boolean;
  phone: string | null;
  phoneType: string | null;
  email: string | null;
  address: string;
  language: string | null;
  superseded: boolean;
}

/** Where a step comes from that Rollbook has not witnessed, and who took it, in the words of its file. */
export interface ElsewhereFact {
  doneBy: string;
  reached: string | null;
  reference: string | null;
  file: string;
  line: number;
  enteredBy: string;
  enteredOn: Day;
}

/** Everything that a packet is made of, and nothing that changes by itself: the same record gives the same bytes. */
export interface PacketSource {
  kind: 'packet';
  /** The ground of the referral; null for the record as it stands. */
  ground: Ground | null;
  /** The day as of which it stands: that of the last event or standing, not of the printing. */
  day: Day;
  district: string;
  school: { id: string; name: string };
  student: { name: string; localId: string; grade: string | null; birthdate: Day | null; entryDate: Day };
  policy: { id: string; version: number; digest: string };
  wording: NonNullable<Ladder['wording']>;
  statute: Ladder['statute'];
  bands: Ladder['bands'];
  /** The case's band; absent in sources of before bands went by rate too. */
  band?: string | null;
  caseId: string;
  standing: Standing;
  attendance: AttendanceFact[];
  contacts: ContactFact[];
  people: Record<string, string>;
  schoolRecords: { id: string; task: string; on: Day; by: Actor; text: string }[];
  chronicle: { event: CaseEvent; hash: string; text: string | null }[];
  /** What the files say of steps taken elsewhere, by the ids of the records; absent where there are none. */
  elsewhere?: Record<string, ElsewhereFact>;
  /** Why the case is here, in sentences; absent in sources frozen before this was kept. */
  why?: { text: string; clause: string | null }[];
  /** Feeds of the school whose numbers were older than they should be, each with the last day that it told of; absent when all was well. */
  staleFeeds?: { feed: string; numbersOf: Day | null }[];
  readiness: Readiness[];
}

export type DocumentSource = LetterSource | PacketSource;
