import type { ActionDetails } from '../../cases/actions.ts';
import type { ActionKind } from '../../policy/vocabulary.ts';
import { UsageError } from './errors.ts';
import { words } from './table.ts';

/** How a field is written on the command line: a word or date, a list with commas, a number, yes/no, or one of the student's contacts. */
type FieldType = 'word' | 'list' | 'number' | 'flag' | 'contact';

/** The fields of every kind of action; the compiler checks that none is forgotten. */
const ACTION_FIELDS: { [K in ActionKind]: Record<keyof ActionDetails[K], FieldType> } = {
  contact: {
    channel: 'word',
    outcome: 'word',
    contact: 'contact',
    spell: 'word',
    reason: 'word',
    expectedReturn: 'word',
    language: 'word',
    interpreter: 'flag',
    whom: 'word',
    topics: 'list',
  },
  contact_correction: { contact: 'contact', result: 'word' },
  agency_referral: { service: 'word', status: 'word', to: 'word', partner: 'word' },
  consultation: { with: 'word', about: 'word' },
  absence_review: { cleared: 'list', upheld: 'list' },
  evaluation_list: { decision: 'word' },
  conference: { outcome: 'word', invited: 'list', present: 'list', channel: 'word', location: 'word', joined: 'word' },
  contract: { status: 'word', signers: 'list', from: 'word', until: 'word' },
  plan: { about: 'word', review: 'word', causes: 'list', interventions: 'list', measure: 'word', commitments: 'list' },
  pattern_review: { patterns: 'list' },
  monitoring: { attended: 'number', absent: 'number' },
  follow_up: { with: 'word' },
  meeting: {
    team: 'word',
    outcome: 'word',
    present: 'list',
    decision: 'word',
    ledBy: 'list',
    considered: 'list',
    location: 'word',
    joined: 'word',
  },
  letter_mailed: { letter: 'word', channel: 'word', contact: 'contact' },
  correction_note: { letter: 'word', channel: 'word', contact: 'contact' },
  recognition: { to: 'list', channel: 'word', for: 'word' },
  coordination: { with: 'list', result: 'word' },
  consent: { partner: 'word', status: 'word', by: 'word', until: 'word' },
  directive: { of: 'word', about: 'list', until: 'word' },
  notice_of_referral: { ground: 'word', to: 'list', channel: 'word' },
};

/** @throws UsageError naming the kinds */
export function actionKind(word: string): ActionKind {
  const kind = word.replaceAll('-', '_');
  if (Object.hasOwn(ACTION_FIELDS, kind)) return kind as ActionKind;
  throw new UsageError(`"${word}" is no kind of action; the kinds are ${Object.keys(ACTION_FIELDS).join(', ')}`);
}

/**
 * Reads `key=value` words into the fields of an action. Which values a field takes is the service's to say; here only their shape.
 * @param contactId finds the id of one of the student's contacts from what was written
 * @throws UsageError for a word without `=`, a field the kind does not have, a number that is none
 */
export async function actionDetails(
  kind: ActionKind,
  pairs: string[],
  contactId: (written: string) => Promise<string | null>,
): Promise<Record<string, unknown>> {
  const fields = ACTION_FIELDS[kind] as Record<string, FieldType>;
  const details: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    const type = fields[name];
    if (type === undefined) {
      const wrong = name === '' ? `"${pair}" is not of the form field=value` : `an action of kind ${kind} has no field "${name}"`;
      throw new UsageError(`${wrong}; its fields are ${Object.keys(fields).join(', ')}`);
    }
    details[name] = type === 'contact' ? await contactId(value) : fieldValue(name, type, value);
  }
  return details;
}

function fieldValue(name: string, type: Exclude<FieldType, 'contact'>, value: string): unknown {
  switch (type) {
    case 'word':
      return value;
    case 'list':
      return value === '' ? [] : value.split(',').map((item) => item.trim());
    case 'number':
      if (!/^-?\d+(\.\d+)?$/.test(value)) throw new UsageError(`${name} is a number, not "${value}"`);
      return Number(value);
    case 'flag':
      if (!/^(yes|no|true|false)$/i.test(value)) throw new UsageError(`${name} is yes or no, not "${value}"`);
      return /^(yes|true)$/i.test(value);
  }
}

/** For the help page: every kind with its fields. */
export function actionHelp(): string {
  const hints: Record<FieldType, string> = { word: '', list: ',…', number: ' (number)', flag: ' (yes or no)', contact: '' };
  return Object.entries(ACTION_FIELDS)
    .map(
      ([kind, fields]) =>
        `  ${kind.padEnd(20)}${Object.entries(fields)
          .map(([name, type]) => `${name}${hints[type]}`)
          .join(', ')}`,
    )
    .join('\n');
}

/** A field and its value, as people read it. */
export function detailsText(details: Record<string, unknown>): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(
      ([name, value]) =>
        `${name} ${Array.isArray(value) ? value.map((item) => words(String(item))).join(', ') || 'none' : words(String(value))}`,
    )
    .join('; ');
}
