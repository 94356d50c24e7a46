import { dayNumber, dayText } from '../../attendance/past/day-numbers.ts';
import type { Action, ActionDetails, Day } from '../../cases/actions.ts';
import { CODED_FIELDS } from '../../policy/coded-fields.ts';
import type { Evidence } from '../../policy/ladder.ts';
import { ABSENCE_REASONS, type ActionKind, type ContactOutcome, type Ground, type Party, type Team } from '../../policy/vocabulary.ts';

/** What an action is made of beside its evidence. */
interface Circumstances {
  day: Day;
  /** What the task is about: a report, a letter's document. */
  ref: string;
  contact: string;
  ground: Ground;
  truancy: Day[];
  /** The student is of age, and consents in the place of a parent. */
  ofAge?: boolean;
  /** One of the values of a field that the task accepts. */
  choose: (field: string, values: readonly string[]) => string;
}

const PARTIES_PRESENT: Party[] = ['parent', 'pupil', 'case_manager'];

/** What an action's details are made with. */
interface Told {
  evidence: Evidence;
  given: Circumstances;
  /** A field's value: among those asked for, else among the usual ones. */
  field: <T extends string>(name: string, usual: readonly T[]) => T;
  /** A list that contains what is asked for. */
  listOf: <T extends string>(name: string, usual: readonly T[]) => T[];
}

const MAKE: { [K in ActionKind]: (told: Told) => ActionDetails[K] } = {
  contact: ({ field, given, evidence }) => ({
    channel: field('channel', ['phone']),
    outcome: field('outcome', ['reached', 'left_message']),
    contact: given.contact,
    ...(evidence.where?.['reason'] ? { reason: field('reason', ABSENCE_REASONS) } : {}),
  }),
  contact_correction: ({ field, given }) => ({ contact: given.contact, result: field('result', ['corrected']) }),
  agency_referral: ({ field }) => ({ service: field('service', ['counseling']), status: field('status', ['made']) }),
  consultation: ({ field }) => ({ with: field('with', ['psa_counselor']), about: field('about', ['case']) }),
  absence_review: ({ given }) => ({ cleared: [], upheld: given.truancy }),
  evaluation_list: ({ field }) => ({ decision: field('decision', ['send']) }),
  conference: ({ field, listOf }) => ({
    outcome: field('outcome', ['held']),
    invited: listOf('invited', ['parent', 'pupil']),
    present: listOf('present', ['parent', 'pupil']),
    channel: field('channel', ['in_person']),
  }),
  contract: ({ field, listOf, given }) => ({
    status: field('status', ['signed']),
    signers: listOf('signers', ['parent', 'pupil']),
    from: given.day,
    until: after(given.day, 90),
  }),
  plan: ({ field, given }) => ({ about: field('about', ['case_management']), review: after(given.day, 28) }),
  pattern_review: ({ listOf }) => ({ patterns: listOf('patterns', ['none']) }),
  monitoring: () => ({ attended: 5, absent: 0 }),
  follow_up: ({ field }) => ({ with: field('with', ['psa_counselor']) }),
  meeting: ({ field, listOf, evidence }) => {
    const team = field<Team>('team', ['sst']);
    const decision = evidence.where?.['decision'] !== undefined || team === 'resource_panel';
    return {
      team,
      outcome: field('outcome', ['held']),
      present: listOf('present', PARTIES_PRESENT),
      ...(decision ? { decision: field('decision', ['refer_to_sarb', 'continue_support']) } : {}),
    };
  },
  letter_mailed: ({ field, given }) => ({ letter: field('letter', ['']), channel: 'mail', contact: given.contact }),
  directive: ({ field, listOf, given }) => ({
    of: field('of', ['sarb']),
    about: listOf('about', ['attendance']),
    until: after(given.day, 90),
  }),
  correction_note: ({ field, given }) => ({ letter: given.ref, channel: field('channel', ['phone']), contact: given.contact }),
  recognition: ({ field, listOf }) => ({ to: listOf('to', ['parent', 'pupil']), channel: field('channel', ['phone']) }),
  coordination: ({ field, listOf }) => ({ with: listOf('with', ['parent']), result: field('result', ['agreed']) }),
  consent: ({ field, given }) => ({
    partner: field('partner', ['partner']),
    status: field('status', ['given']),
    by: given.ofAge ? 'pupil' : 'parent',
  }),
  notice_of_referral: ({ field, given }) => ({ ground: given.ground, to: ['pupil', 'parent'], channel: field('channel', ['mail']) }),
};

/** An action that documents a task: what its evidence asks for, and for the rest what chance and the circumstances say. */
export function actionFor(evidence: Evidence, given: Circumstances): Action {
  const told: Told = {
    evidence,
    given,
    field: <T extends string>(name: string, usual: readonly T[]): T =>
      given.choose(name, (evidence.where?.[name] as T[] | undefined) ?? usual) as T,
    listOf: <T extends string>(name: string, usual: readonly T[]): T[] => [
      ...new Set([...((evidence.includes?.[name] as T[] | undefined) ?? []), ...usual]),
    ],
  };
  const details: Record<string, unknown> = MAKE[evidence.action](told);
  // Whatever else the evidence asks for is told too.
  for (const [name, values] of Object.entries(evidence.where ?? {})) details[name] ??= given.choose(name, values);
  for (const [name, values] of Object.entries(evidence.includes ?? {})) details[name] ??= values;
  for (const name of evidence.tells ?? []) {
    const { words, list } = CODED_FIELDS[evidence.action][name] ?? { words: null };
    details[name] ??= list ? [words?.[0] ?? 'other'] : (words?.[0] ?? 'other');
  }
  for (const [name, least] of Object.entries(evidence.atLeast ?? {})) {
    const { words } = CODED_FIELDS[evidence.action][name] ?? { words: null };
    const told = new Set([...((details[name] as string[] | undefined) ?? []), ...(words ?? [])]);
    const enough = Math.max(least, (details[name] as string[] | undefined)?.length ?? 0);
    details[name] = [...told].slice(0, enough);
  }
  return { kind: evidence.action, details } as Action;
}

/** A call home about a run of absence. */
export function callAction(spell: Day, outcome: string, contact: string): Action {
  return {
    kind: 'contact',
    details: {
      channel: 'phone',
      outcome: outcome as ContactOutcome,
      contact,
      spell,
      ...(outcome === 'reached' ? { reason: 'unknown' as const } : {}),
    },
  };
}

function after(day: Day, days: number): Day {
  return dayText(dayNumber(day) + days);
}
