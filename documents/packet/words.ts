import type { Action } from '../../cases/actions.ts';
import { dayGroups, shortDate } from '../dates.ts';

/** Codes whose plain reading is not the code with spaces. */
const PLAIN: Record<string, string> = {
  no_answer: 'no answer',
  left_message: 'left a message',
  reached_no_resolution: 'reached, without a solution yet',
  third_party: 'reached somebody else',
  returned_mail: 'mail came back',
  psa_counselor: 'PSA counselor',
  sst: 'Student Success Team (SST)',
  cost: 'Coordination of Services Team (COST)',
  act: 'Abolish Chronic Truancy (ACT)',
  sart: 'School Attendance Review Team (SART)',
  resource_panel: 'District Resource Panel',
  refer_to_sarb: 'refer to the School Attendance Review Board',
  continue_support: 'continue support at the school',
  community_partner: 'community partner',
  prior_school: 'prior school',
  student_well_being_team: 'Student Well-Being Team',
  attendance_team: 'attendance team',
  child_and_family_team: 'child and family team',
  iep: 'IEP team',
  attorney: "District or City Attorney's program staff",
  prosecution_options: 'options of the attorney’s program',
  no_show: 'nobody of those invited came',
  email: 'e-mail',
  by_hand: 'opened by hand, for a reason written down',
  crossing: 'attendance crossed a line of the policy',
  action: 'the first documented action',
  elsewhere: 'steps taken before the school was on Rollbook were brought in',
  mediation: 'truancy mediation',
  'letter-1': 'Letter 1, Notification of Truancy',
  'letter-2': 'Letter 2, invitation to a conference',
  'letter-3': 'Letter 3, change of classification',
  'mass-notification-check': 'the mass notification of absences was checked',
  'number-verification': 'contact numbers were checked with the school’s',
  'staff-meeting': 'staff meeting on case management',
  'parent-assembly': 'assembly for parents',
  sarb_member: 'member of SARB',
  sarb: 'School Attendance Review Board (SARB)',
};

/** Languages of California's schools, as families name them in English. */
const LANGUAGES: Record<string, string> = {
  ar: 'Arabic',
  de: 'German',
  en: 'English',
  es: 'Spanish',
  fa: 'Persian',
  fr: 'French',
  hi: 'Hindi',
  hmn: 'Hmong',
  hy: 'Armenian',
  ja: 'Japanese',
  km: 'Khmer',
  ko: 'Korean',
  lo: 'Lao',
  mix: 'Mixtec',
  pa: 'Punjabi',
  ps: 'Pashto',
  pt: 'Portuguese',
  ru: 'Russian',
  so: 'Somali',
  th: 'Thai',
  tl: 'Tagalog',
  uk: 'Ukrainian',
  ur: 'Urdu',
  vi: 'Vietnamese',
  yue: 'Cantonese',
  zh: 'Chinese',
};

/** A language by its code; a code that is not known stays as it came. */
export function languageName(code: string): string {
  return LANGUAGES[code.toLowerCase()] ?? LANGUAGES[code.split('-')[0]?.toLowerCase() ?? ''] ?? code;
}

/** A grade as it was delivered, `08` or `KN`, in words. */
export function gradeName(grade: string): string {
  if (/^\d+$/.test(grade)) return `Grade ${Number(grade)}`;
  if (/^(K|KN|KG)$/i.test(grade)) return 'Kindergarten';
  if (/^(TK|PK)$/i.test(grade)) return /^T/i.test(grade) ? 'Transitional kindergarten' : 'Pre-kindergarten';
  return `Grade ${grade}`;
}

/** A code as words. */
export function words(code: string): string {
  return PLAIN[code] ?? code.replaceAll('_', ' ').replaceAll('-', ' ');
}

/** Codes as a list of words; `none` when there are none. */
export function wordList(codes: readonly string[], none = 'nobody'): string {
  return codes.map(words).join(', ') || none;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 absence`, `2 absences`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function dayList(days: readonly string[]): string {
  return dayGroups(days) || 'none';
}

/** What was done, in one sentence without who and when; every kind of action has its own. */
export function sentence(action: Action, nameOf: (contact: string) => string): string {
  switch (action.kind) {
    case 'contact': {
      const { channel, contact, outcome, whom, topics } = action.details;
      const to = contact ? nameOf(contact) : 'the family';
      return `${capital(words(channel))} to ${to}${whom ? ` (${words(whom)})` : ''}: ${words(outcome)}.${aboutSpell(action.details)}${list(' Talked about', topics)}`;
    }
    case 'contact_correction':
      return `Contact data of ${nameOf(action.details.contact)}: ${action.details.result}.`;
    case 'agency_referral':
      return `Referral to ${REFERRED[action.details.to ?? 'agency']}, service ${words(action.details.service)}: ${words(action.details.status)}.`;
    case 'consultation':
      return `Consultation with the ${words(action.details.with)} about ${action.details.about === 'case' ? 'the case' : words(action.details.about)}.`;
    case 'absence_review':
      return `Absences reviewed. Cleared: ${dayList(action.details.cleared)}. Upheld: ${dayList(action.details.upheld)}.`;
    case 'evaluation_list':
      return `Evaluation list for the Notification of Truancy: ${action.details.decision === 'send' ? 'to be sent' : 'held back'}.`;
    case 'conference':
      return `Conference (${words(action.details.channel)}): ${words(action.details.outcome)}. Invited: ${wordList(action.details.invited)}. Present: ${wordList(action.details.present)}.${where(action.details)}`;
    case 'contract': {
      const { status, signers, from, until } = action.details;
      const what = status === 'signed' ? `signed by ${wordList(signers)}` : `offered and refused; witnessed by ${wordList(signers)}`;
      return `Attendance contract ${what}, ${shortDate(from)} to ${shortDate(until)}.`;
    }
    case 'plan':
      return `Plan of ${words(action.details.about)}, to be reviewed on ${shortDate(action.details.review)}.${planned(action.details)}`;
    case 'pattern_review':
      return `Prior absences reviewed for patterns. Found: ${wordList(action.details.patterns, 'none')}.`;
    case 'monitoring':
      return `Attendance monitored: ${counted(action.details.attended, 'day')} attended, ${counted(action.details.absent, 'day')} absent.`;
    case 'follow_up':
      return `Followed up with the ${words(action.details.with)}.`;
    case 'meeting': {
      const { team, outcome, present, decision, ledBy, considered } = action.details;
      const held = `${capital(words(team))}: ${words(outcome)}. Present: ${wordList(present)}.${list(' Led by', ledBy)}`;
      return `${held}${where(action.details)}${list(' Looked at', considered)}${decision ? ` Decision: ${words(decision)}.` : ''}`;
    }
    case 'letter_mailed':
      return `${words(action.details.letter)}, sent to ${action.details.contact === null ? 'the family' : nameOf(action.details.contact)} by ${words(action.details.channel)}.`;
    case 'correction_note':
      return `${nameOf(action.details.contact)} was told that a letter no longer stands (${words(action.details.channel)}).`;
    case 'recognition':
      return `Told that the attendance has ${SEEN[action.details.for ?? 'recovery']} (${words(action.details.channel)}): ${wordList(action.details.to)}.`;
    case 'directive':
      return `Directive of the ${words(action.details.of)}: ${wordList(action.details.about, 'none')}, until ${shortDate(action.details.until)}.`;
    case 'consent': {
      const { status, by, partner, until } = action.details;
      return `Consent to telling the partner ${partner} about the student ${status} by the ${words(by)}${until === undefined ? '' : `, until ${until}`}.`;
    }
    case 'coordination':
      return `${capital(wordList(action.details.with))}: ${words(action.details.result)}.`;
    case 'notice_of_referral':
      return `Written notice of the referral (${words(action.details.ground)}) given to ${wordList(action.details.to)} by ${words(action.details.channel)}.`;
  }
}

const REFERRED = { agency: 'an agency', community_partner: 'a community partner', school_service: 'a service of the school' } as const;

/** What was recognised, after “the attendance has”. */
const SEEN = { recovery: 'recovered', improvement: 'improved', good_attendance: 'been good' } as const;

/** A list with what it is of, as a sentence of its own; nothing where it was not told. */
function list(what: string, codes: readonly string[] | undefined): string {
  return codes?.length ? `${what}: ${wordList(codes)}.` : '';
}

/** Where a meeting was, and which one it joined. */
function where({ location, joined }: { location?: string; joined?: string }): string {
  return `${location ? ` Place: ${words(location)}.` : ''}${joined ? ` Joined to a meeting planned anyway: ${words(joined)}.` : ''}`;
}

function planned({ causes, interventions, measure, commitments }: Extract<Action, { kind: 'plan' }>['details']): string {
  const told = measure ? ` Its effect is told by: ${words(measure)}.` : '';
  return `${list(' Causes', causes)}${list(' Interventions', interventions)}${told}${list(' Committed', commitments)}`;
}

/** What an attempt learned of an absence. */
export function aboutSpell(details: Extract<Action, { kind: 'contact' }>['details']): string {
  const { spell, reason, expectedReturn, language, interpreter } = details;
  const parts = [
    spell ? `about the absence from ${shortDate(spell)}` : '',
    reason ? `reason given: ${words(reason)}` : '',
    expectedReturn ? `expected back ${shortDate(expectedReturn)}` : '',
    language ? `in ${languageName(language)}` : '',
    interpreter ? 'with an interpreter' : '',
  ].filter(Boolean);
  return parts.length ? ` ${capital(parts.join('; '))}.` : '';
}
