import { z } from 'zod';
import type { Action, ActionDetails } from '../../cases/actions.ts';
import {
  ABSENCE_REASONS,
  CAUSES,
  CHANNELS,
  CONSENTING,
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
} from '../../policy/vocabulary.ts';
import { clockTime, code, day, text, uuid } from './common.ts';

const parties = z.array(z.enum(PARTIES)).max(30);
const location = z.enum(LOCATIONS).optional();
const joined = z.enum(PLANNED_MEETINGS).optional().meta({ description: 'The meeting, planned anyway, which it joined' });
const codes = z.array(code).max(50);
const days = z.array(day).max(200);

/** What each kind of action documents; `satisfies` ties every field to the case's own type. */
const DETAILS = {
  contact: z.strictObject({
    channel: z.enum(CHANNELS),
    outcome: z.enum(CONTACT_OUTCOMES),
    contact: uuid.nullable().meta({ description: 'The contact tried; null for a call the family made' }),
    spell: day.optional().meta({ description: 'First day of the spell of absence it was about' }),
    reason: z.enum(ABSENCE_REASONS).optional(),
    expectedReturn: day.optional(),
    language: z.string().min(2).max(35).optional(),
    interpreter: z.boolean().optional(),
    whom: z.enum(CONTACTED).optional().meta({ description: 'Whom the attempt was meant for' }),
    topics: z.array(z.enum(TOPICS)).max(20).optional().meta({ description: 'What was talked about, beyond the absence' }),
  }),
  contact_correction: z.strictObject({ contact: uuid, result: z.enum(['corrected', 'confirmed', 'removed']) }),
  agency_referral: z.strictObject({
    service: code,
    status: z.enum(['made', 'accepted', 'attended', 'declined', 'wait_listed', 'closed']),
    to: z.enum(REFERRED_TO).optional(),
    partner: code.optional().meta({ description: 'The organisation, by its key among the partners of the district' }),
  }),
  consultation: z.strictObject({
    with: z.enum(CONSULTED),
    about: z.enum(CONSULTED_ABOUT),
  }),
  absence_review: z.strictObject({ cleared: days, upheld: days }),
  evaluation_list: z.strictObject({ decision: z.enum(['send', 'hold']) }),
  conference: z.strictObject({
    outcome: z.enum([...MEETING_OUTCOMES, 'refused']),
    invited: parties,
    present: parties,
    channel: z.enum(CHANNELS),
    location,
    joined,
  }),
  contract: z.strictObject({ status: z.enum(['signed', 'refused']), signers: parties, from: day, until: day }),
  plan: z.strictObject({
    about: z.enum(PLANS),
    review: day,
    causes: z.array(z.enum(CAUSES)).max(20).optional().meta({ description: 'Root causes that it answers' }),
    interventions: codes.optional().meta({ description: 'What is done about them' }),
    measure: code.optional().meta({ description: 'By what its effect is told on the day of the review' }),
    commitments: parties.optional().meta({ description: 'Who has committed to something in it' }),
  }),
  pattern_review: z.strictObject({ patterns: codes }),
  monitoring: z.strictObject({ attended: z.number().int().min(0).max(400), absent: z.number().int().min(0).max(400) }),
  follow_up: z.strictObject({ with: z.enum(['psa_counselor', 'case_manager', 'other']) }),
  meeting: z.strictObject({
    team: z.enum(TEAMS),
    outcome: z.enum(MEETING_OUTCOMES),
    present: parties,
    decision: z.enum(PANEL_DECISIONS).optional(),
    ledBy: parties.optional(),
    considered: z.array(z.enum(CONSIDERED)).max(10).optional().meta({ description: 'What was looked at before deciding' }),
    location,
    joined,
  }),
  letter_mailed: z.strictObject({
    letter: code,
    channel: z.enum(['mail', 'email', 'in_person']),
    contact: uuid.nullable().meta({ description: 'Whom it went to; null when it went to the student, who is of age' }),
  }),
  correction_note: z.strictObject({ letter: z.string().min(1).max(80), channel: z.enum(CHANNELS), contact: uuid }),
  recognition: z.strictObject({ to: parties, channel: z.enum(CHANNELS), for: z.enum(RECOGNISED).optional() }),
  consent: z.strictObject({
    partner: code.meta({ description: 'Which partner may be told of the student' }),
    status: z.enum(CONSENTS),
    by: z.enum(CONSENTING),
    until: day.optional().meta({ description: 'Last day; without an end if absent' }),
  }),
  coordination: z.strictObject({ with: parties, result: z.enum(['informed', 'agreed', 'not_reached']) }),
  directive: z.strictObject({ of: z.enum(['sarb', 'mediation']), about: codes, until: day }),
  notice_of_referral: z.strictObject({
    ground: z.enum(GROUNDS),
    to: z
      .array(z.enum(['pupil', 'parent']))
      .min(1)
      .max(2),
    channel: z.enum(['mail', 'in_person']),
  }),
} satisfies { [K in ActionKind]: z.ZodType<WithUndefined<ActionDetails[K]>> };

/** zod's optional fields may be `undefined`; JSON has no such value, so nothing is lost. */
type WithUndefined<T> = { [K in keyof T]: undefined extends T[K] ? T[K] | undefined : T[K] };

function variant<K extends ActionKind>(kind: K) {
  return z.strictObject({ kind: z.literal(kind), details: DETAILS[kind] });
}

/** One documented action, by kind. */
export const action = z
  .discriminatedUnion('kind', [
    variant('contact'),
    variant('contact_correction'),
    variant('agency_referral'),
    variant('consultation'),
    variant('absence_review'),
    variant('evaluation_list'),
    variant('conference'),
    variant('contract'),
    variant('plan'),
    variant('pattern_review'),
    variant('monitoring'),
    variant('follow_up'),
    variant('meeting'),
    variant('letter_mailed'),
    variant('notice_of_referral'),
    variant('correction_note'),
    variant('coordination'),
    variant('recognition'),
    variant('directive'),
    variant('consent'),
  ])
  .meta({ id: 'Action', description: 'What was done: codes, dates and ids; words go to the note' });

/** The action as the case takes it: fields that were not given are absent. */
export function asAction(given: z.infer<typeof action>): Action {
  return JSON.parse(JSON.stringify(given)) as Action;
}

export const documentAction = z
  .strictObject({
    on: day.meta({ description: 'The day it was done' }),
    time: clockTime.nullable().default(null),
    task: z
      .strictObject({ task: code, round: z.number().int().min(1) })
      .nullable()
      .default(null)
      .meta({ description: 'The task it does; null for an action that no task asked for' }),
    action,
    supersedes: z.string().min(1).max(80).optional().meta({ description: 'Id of an erroneous action that this one replaces' }),
    note: text.optional().meta({ description: 'What was said and done, in words. Required unless the fields already say it all.' }),
  })
  .meta({ id: 'DocumentAction' });
