import {
  ABSENCE_REASONS,
  CHANNELS,
  CONSULTED,
  CONSULTED_ABOUT,
  CONTACT_OUTCOMES,
  MEETING_OUTCOMES,
  PANEL_DECISIONS,
  PARTIES,
  PLANS,
  ROLES,
  TEAMS,
} from './vocabulary.ts';

/**
 * What a file of earlier steps may say: the kinds of record, and the columns of each beside who, when and by whom. A step that was taken
 * before Rollbook knew the school comes in with these, and stands in the case as recorded elsewhere.
 */

/** One column of a kind of record, and the field of the case's record that it fills. */
export interface EarlierField {
  column: EarlierColumn;
  field: string;
  type: 'word' | 'words' | 'code' | 'codes' | 'date' | 'dates' | 'number';
  /** Of a word or words: what they can be. */
  allowed?: readonly string[];
  /** `held`: only when the outcome says that it took place. */
  required?: true | 'held';
  /** What an empty word stands for. */
  otherwise?: string;
}

const WHAT_COLUMNS = [
  'number',
  'filed_with',
  'events',
  'letter',
  'channel',
  'outcome',
  'absence',
  'absence_reason',
  'team',
  'decision',
  'topic',
  'invited',
  'present',
  'status',
  'signers',
  'service',
  'consulted',
  'issued_by',
  'first_day',
  'last_day',
  'review',
] as const;
type EarlierColumn = (typeof WHAT_COLUMNS)[number];

/** All columns of such a file, beside the student's numbers. */
export const EARLIER_COLUMNS = [
  'record',
  'on_date',
  'time_of_day',
  'done_by',
  'role',
  ...WHAT_COLUMNS,
  'reached',
  'reference',
  'note',
] as const;

export const EARLIER_ROLES: readonly string[] = ROLES;

const parties = { type: 'words', allowed: PARTIES } as const;

export const EARLIER_RECORDS = {
  report: [
    { column: 'number', field: 'ordinal', type: 'number', required: true },
    {
      column: 'filed_with',
      field: 'filedWith',
      type: 'word',
      allowed: ['attendance_supervisor', 'superintendent'],
      otherwise: 'attendance_supervisor',
    },
    { column: 'events', field: 'events', type: 'dates', required: true },
  ],
  letter: [
    // Which letters there are, the policy's ladder says.
    { column: 'letter', field: 'letter', type: 'code', required: true },
    { column: 'channel', field: 'channel', type: 'word', allowed: ['mail', 'email', 'in_person'], otherwise: 'mail' },
    { column: 'events', field: 'events', type: 'dates' },
  ],
  contact: [
    { column: 'channel', field: 'channel', type: 'word', allowed: CHANNELS, required: true },
    { column: 'outcome', field: 'outcome', type: 'word', allowed: CONTACT_OUTCOMES, required: true },
    { column: 'absence', field: 'spell', type: 'date' },
    { column: 'absence_reason', field: 'reason', type: 'word', allowed: ABSENCE_REASONS },
  ],
  conference: [
    { column: 'outcome', field: 'outcome', type: 'word', allowed: [...MEETING_OUTCOMES, 'refused'], required: true },
    { column: 'invited', field: 'invited', ...parties, required: true },
    { column: 'present', field: 'present', ...parties, required: 'held' },
    { column: 'channel', field: 'channel', type: 'word', allowed: CHANNELS, otherwise: 'in_person' },
  ],
  meeting: [
    { column: 'team', field: 'team', type: 'word', allowed: TEAMS, required: true },
    { column: 'outcome', field: 'outcome', type: 'word', allowed: MEETING_OUTCOMES, required: true },
    { column: 'present', field: 'present', ...parties, required: 'held' },
    { column: 'decision', field: 'decision', type: 'word', allowed: PANEL_DECISIONS },
  ],
  contract: [
    { column: 'status', field: 'status', type: 'word', allowed: ['signed', 'refused'], required: true },
    { column: 'signers', field: 'signers', ...parties, required: true },
    { column: 'first_day', field: 'from', type: 'date', required: true },
    { column: 'last_day', field: 'until', type: 'date', required: true },
  ],
  plan: [
    { column: 'topic', field: 'about', type: 'word', allowed: PLANS, required: true },
    { column: 'review', field: 'review', type: 'date', required: true },
  ],
  agency_referral: [
    { column: 'service', field: 'service', type: 'code', required: true },
    {
      column: 'status',
      field: 'status',
      type: 'word',
      allowed: ['made', 'accepted', 'attended', 'declined', 'wait_listed', 'closed'],
      required: true,
    },
  ],
  consultation: [
    { column: 'consulted', field: 'with', type: 'word', allowed: CONSULTED, required: true },
    {
      column: 'topic',
      field: 'about',
      type: 'word',
      allowed: CONSULTED_ABOUT,
      required: true,
    },
  ],
  evaluation_list: [{ column: 'decision', field: 'decision', type: 'word', allowed: ['send', 'hold'], required: true }],
  directive: [
    { column: 'issued_by', field: 'of', type: 'word', allowed: ['sarb', 'mediation'], required: true },
    { column: 'topic', field: 'about', type: 'codes', required: true },
    { column: 'last_day', field: 'until', type: 'date', required: true },
  ],
} as const satisfies Record<string, readonly EarlierField[]>;

export type EarlierKind = keyof typeof EARLIER_RECORDS;
export const EARLIER_KINDS = Object.keys(EARLIER_RECORDS) as EarlierKind[];

const columnsOf = (types: readonly EarlierField['type'][]): string[] =>
  (Object.values(EARLIER_RECORDS) as (readonly EarlierField[])[])
    .flat()
    .filter(({ type }) => types.includes(type))
    .map(({ column }) => column);

/** Columns of which a row may hold several values, parted by commas or semicolons. */
export const EARLIER_LISTS: ReadonlySet<string> = new Set(columnsOf(['words', 'codes', 'dates']));
/** Columns that hold words of a closed list or codes of the district's own. */
export const EARLIER_WORDS: ReadonlySet<string> = new Set(['record', 'role', ...columnsOf(['word', 'words', 'code', 'codes'])]);
