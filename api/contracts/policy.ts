import { z } from 'zod';
import { commandHeaders, day, instant, role, schoolId, text, uuid, wholeNumber } from './common.ts';

export const policyName = z
  .string()
  .max(80)
  .regex(/^[a-z][a-z0-9-]*$/, 'the id of a policy, such as lausd');
const pin = z.strictObject({ id: z.string(), version: z.number().int(), digest: z.string() });
const approval = z.strictObject({ by: z.string(), role, at: instant });

export const proposePolicy = z
  .strictObject({
    document: z.string().min(1).max(500_000).meta({ description: 'The whole policy document, YAML' }),
    effective: day.meta({ description: 'First day on which it is to be in force; it lies ahead' }),
    note: text.meta({ description: 'Why, and who decided it: for those who approve' }),
  })
  .meta({ id: 'ProposePolicy' });

const draftShape = {
  draftId: uuid,
  policy: pin,
  effective: day,
  note: z.string(),
  proposedBy: z.string(),
  proposedRole: role,
  proposedAt: instant,
  status: z.enum(['proposed', 'approved', 'rejected', 'withdrawn']),
  closedBy: z.string().nullable(),
  closedAt: instant.nullable(),
  closedWhy: z.string().nullable(),
  approvals: z.array(approval),
  approvalsNeeded: z.number().int(),
};

export const policyDraft = z
  .strictObject({
    ...draftShape,
    document: z.string(),
    comparedTo: z.strictObject({ id: z.string(), version: z.number().int() }).nullable(),
    differences: z
      .array(z.strictObject({ path: z.string(), sentence: z.string() }))
      .nullable()
      .meta({ description: 'What it changes in the policy in force; null when that one cannot be read by this release' }),
  })
  .meta({ id: 'PolicyDraft', description: 'A proposed version of a policy; its ETag names what an approval has read' });

export const policyDraftLine = z.strictObject(draftShape).meta({ id: 'PolicyDraftLine' });

export const policyVersions = z
  .strictObject({
    versions: z.array(
      z.strictObject({
        id: z.string(),
        version: z.number().int(),
        digest: z.string(),
        from: day.nullable().meta({ description: 'First day in force; null for the one that the district began with' }),
        until: day.nullable().meta({ description: 'Last day in force; null while it is' }),
        openCases: z.number().int().meta({ description: 'Open cases that are on it' }),
      }),
    ),
  })
  .meta({ id: 'PolicyVersions', description: 'Which version was in force on which days, oldest first' });

export const policyText = z
  .strictObject({ id: z.string(), version: z.number().int(), digest: z.string(), document: z.string() })
  .meta({ id: 'PolicyText' });

/** Headers of a decision about a draft: refused when it is another now than was read. */
export const approvalHeaders = commandHeaders.extend({
  'if-match': z
    .string()
    .regex(/^"[0-9a-f]{1,64}"$/, 'use the ETag of the draft as you have read it')
    .transform((etag) => etag.slice(1, -1))
    .meta({ type: 'string', description: 'The ETag of the draft as you have read it' }),
});

const scope = z
  .union([z.strictObject({ all: z.literal(true) }), z.strictObject({ school: schoolId }), z.strictObject({ case: uuid })])
  .meta({ description: 'All open cases, those of one school, or one' });

export const migratePolicy = z
  .strictObject({
    to: z.strictObject({ policy: policyName, version: z.number().int().min(1) }),
    scope,
    reason: text.meta({ description: 'Why open cases are moved; it stands in the record of each' }),
  })
  .meta({ id: 'MigratePolicy' });

export const migrationAsked = z
  .strictObject({ migrationId: uuid, cases: z.number().int(), readAt: z.string() })
  .meta({ id: 'MigrationAsked', description: 'Written down: one command for each case, which the cases take one by one' });

export const policyMigration = z
  .strictObject({
    migrationId: uuid,
    to: z.strictObject({ id: z.string(), version: z.number().int() }),
    scope,
    reason: z.string(),
    askedBy: z.string(),
    askedRole: role,
    askedAt: instant,
    cases: z.number().int(),
    moved: z.number().int(),
    waiting: z.number().int(),
    refused: z.array(z.strictObject({ caseId: uuid, type: z.string(), detail: z.string() })).max(500),
  })
  .meta({ id: 'PolicyMigration', description: 'How far a migration of open cases has come; refused ones are told up to 500' });

export const previewQuery = z.strictObject({
  policy: policyName,
  version: wholeNumber(1, 10_000),
  school: schoolId.optional(),
  case: uuid.optional(),
  after: uuid.optional(),
  limit: wholeNumber(1, 200).default(100),
});

const touchedTask = z.strictObject({ task: z.string(), round: z.number().int(), title: z.string() });

export const migrationPreview = z
  .strictObject({
    cases: z.array(
      z.strictObject({
        caseId: uuid,
        localId: z.string(),
        school: schoolId,
        from: z.strictObject({ id: z.string(), version: z.number().int() }),
        gains: z.array(touchedTask),
        loses: z.array(touchedTask),
        completes: z.array(touchedTask).meta({ description: 'Done at once: what was documented is all that the new version asks' }),
        refused: z.string().nullable().meta({ description: 'Why the case would not be moved' }),
      }),
    ),
    next: uuid.nullable(),
  })
  .meta({
    id: 'MigrationPreview',
    description: 'Who gains or loses which tasks; computed by the very rules of a case, and nothing is written',
  });
