import { z } from 'zod';
import { ACTION_KINDS } from '../../policy/vocabulary.ts';
import { code, day, instant, schoolId, text, uuid } from './common.ts';

/** Organisations outside the district that share its tasks: under which agreements, and what they see. */

const partnerKey = code.meta({ description: 'Key of the organisation; it stands in the record' });

const agreement = z
  .strictObject({
    agreementId: uuid,
    schools: z.array(schoolId).nullable().meta({ description: 'Null: students of the whole district' }),
    from: day,
    until: day,
    purpose: z.string(),
    signedBy: z.string(),
    ended: z.strictObject({ by: z.string(), at: instant, why: z.string() }).nullable(),
    inForce: z.boolean(),
  })
  .meta({ id: 'PartnerAgreement' });

export const partners = z
  .strictObject({ partners: z.array(z.strictObject({ partner: partnerKey, name: z.string(), agreements: z.array(agreement) })) })
  .meta({ id: 'Partners' });

export const addPartner = z.strictObject({ partner: partnerKey, name: z.string().trim().min(1).max(200) }).meta({ id: 'AddPartner' });

export const signAgreement = z
  .strictObject({
    schools: z.array(schoolId).min(1).max(2_000).nullable().default(null).meta({ description: 'Null: students of the whole district' }),
    from: day.optional().meta({ description: 'First day; today if absent' }),
    until: day,
    purpose: text.meta({ description: 'For what service the partner may be told, and where the signed agreement lies' }),
  })
  .meta({ id: 'SignPartnerAgreement' });

export const endAgreement = z.strictObject({ reason: text }).meta({ id: 'EndPartnerAgreement' });

const whom = z.strictObject({
  contactId: uuid,
  firstName: z.string(),
  lastName: z.string(),
  relationship: z.string(),
  phone: z.string().nullable(),
  language: z.string().nullable(),
});

const partnerTask = z
  .strictObject({
    caseId: uuid,
    student: z.strictObject({ firstName: z.string(), lastName: z.string() }),
    school: z.string().meta({ description: 'Name of the school' }),
    task: code,
    round: z.number().int(),
    title: z.string(),
    script: z.string().nullable().meta({ description: 'What to say, with fields as {student}' }),
    evidence: z.looseObject({ action: z.enum(ACTION_KINDS) }).meta({ description: 'What documents it, as the policy asks' }),
    openedOn: day,
    due: day.nullable(),
    overdue: z.boolean(),
    referredOn: day,
    release: z.strictObject({ by: z.enum(['agreement', 'consent']), id: z.string() }).meta({ description: 'What lets you be told' }),
    contacts: z.array(whom).meta({ description: 'Whom to reach, first to last; empty unless the task is to reach the family' }),
    documented: z.array(z.strictObject({ action: z.string(), on: day, kind: z.enum(ACTION_KINDS) })),
  })
  .meta({ id: 'PartnerTask' });

export const partnerTasks = z.strictObject({ tasks: z.array(partnerTask) }).meta({ id: 'PartnerTasks' });
