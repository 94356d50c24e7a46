import { z } from 'zod';
import { CODE_STATUSES, codeMeaning, EXCUSES } from '../../policy/codes.ts';
import { DAY_SAYINGS, VERIFICATION_METHODS } from '../../policy/vocabulary.ts';
import { attendanceRow } from './case.ts';
import { day, instant, schoolId, text, uuid } from './common.ts';
import { staleFeeds } from './feeds.ts';

const codeSet = z.string().min(1).max(64).meta({ description: 'The student information system a code belongs to', example: 'aeries' });
const rawCode = z
  .string()
  .max(120)
  .transform((written) => written.trim().toLowerCase())
  .meta({ type: 'string', description: 'The code as the files have it; several coded columns joined by "/"; empty for a blank' });

const meaning = z
  .strictObject({
    status: z.enum(CODE_STATUSES),
    excuse: z.enum(EXCUSES),
    inRate: z.boolean().meta({ description: 'Counts as absent on the absence clock' }),
    truancy: z.enum(['none', 'full_day', 'occasion']),
    suspension: z.enum(['OSS', 'ISS']).nullable(),
    independentStudy: z.enum(['complete', 'incomplete']).nullable(),
    minutes: z.number().int().nullable(),
    mode: z.enum(['in_person', 'remote']).nullable(),
  })
  .meta({ id: 'CodeMeaning' });

const unmapped = z
  .strictObject({
    codeSet,
    code: z.string(),
    since: day,
    rows: z.number().int(),
    students: z.number().int(),
    schools: z.array(schoolId),
    firstDay: day,
    lastDay: day,
    example: z.strictObject({ deliveryId: uuid, file: z.string(), line: z.number().int() }),
  })
  .meta({ id: 'UnmappedCode', description: 'A task: somebody has to say what this code means. Its rows are held and count nowhere' });

export const codeTable = z
  .strictObject({
    unmapped: z.array(unmapped),
    codes: z.array(
      z.strictObject({ codeSet, code: z.string(), label: z.string().nullable(), meaning, mappedBy: z.string(), mappedAt: instant }),
    ),
  })
  .meta({ id: 'CodeTable' });

export const mapCode = z
  .strictObject({ codeSet, code: rawCode, label: z.string().trim().min(1).max(200).nullable().default(null), meaning: codeMeaning })
  .meta({ id: 'MapCode' });

export const codeMapped = z
  .strictObject({
    commandId: uuid,
    outcome: z.literal('applied'),
    codeSet,
    code: z.string(),
    released: z.number().int().meta({ description: 'Held rows that became days' }),
    rederived: z.number().int().meta({ description: 'Days on record that this code now says something else of' }),
    standingsChanged: z.number().int(),
    casesWoken: z.number().int(),
  })
  .meta({ id: 'CodeMapped' });

export const correctDay = z
  .strictObject({
    says: z.enum(DAY_SAYINGS),
    minutes: z.int().min(0).max(1440).nullable().default(null).meta({ description: 'Minutes missed, of a tardy' }),
    reason: z.string().min(1).max(60).meta({ description: "A valid excuse of the state's list, or record_error, no_valid_excuse" }),
    incident: z.string().trim().min(1).max(200).nullable().default(null),
    verifier: z.string().trim().min(1).max(200).meta({ description: 'Who verified it' }),
    method: z.enum(VERIFICATION_METHODS),
    approvedBy: z.string().trim().min(1).max(200).nullable().default(null),
    note: text.nullable().default(null),
  })
  .meta({ id: 'CorrectDay' });

export const dayCorrected = z
  .strictObject({
    commandId: uuid,
    outcome: z.literal('applied'),
    student: uuid,
    date: day,
    says: z.enum(DAY_SAYINGS),
    reason: z.string(),
    cap: z
      .strictObject({ days: z.number().int(), per: z.enum(['year', 'semester', 'month', 'incident']), used: z.number().int() })
      .nullable()
      .meta({ description: 'How far the reason’s cap is used with this day' }),
    standingChanged: z.boolean(),
    caseWoken: z.boolean(),
  })
  .meta({ id: 'DayCorrected' });

export const waitingRetractions = z
  .strictObject({
    retractions: z.array(
      z.strictObject({
        deliveryId: uuid,
        receivedAt: instant,
        days: z.number().int(),
        students: z.number().int(),
        schools: z.array(schoolId),
        firstDay: day,
        lastDay: day,
      }),
    ),
  })
  .meta({ id: 'WaitingRetractions' });

export const settleRetractions = z.strictObject({ release: z.boolean(), reason: text }).meta({ id: 'SettleRetractions' });

export const retractionsSettled = z
  .strictObject({
    commandId: uuid,
    outcome: z.literal('applied'),
    delivery: uuid,
    released: z.boolean(),
    days: z.number().int(),
    students: z.number().int(),
    standingsChanged: z.number().int(),
  })
  .meta({ id: 'RetractionsSettled' });

/** What a command about attendance answers while nobody has done it yet. */
export const attendanceWaiting = z
  .strictObject({ commandId: uuid, outcome: z.null() })
  .meta({ id: 'AttendanceWaiting', description: 'Written down; repeat the request with the same Idempotency-Key to read the outcome' });

const correctionByHand = z.strictObject({
  correctionId: uuid,
  date: day,
  says: z.strictObject({ status: z.string(), excuse: z.string(), minutes: z.number().int().nullable() }),
  before: z.record(z.string(), z.unknown()).nullable(),
  reason: z.string(),
  incident: z.string().nullable(),
  verifier: z.string(),
  method: z.enum(VERIFICATION_METHODS),
  approvedBy: z.string().nullable(),
  recordedBy: z.string(),
  recordedOn: day,
  ended: z.enum(['agreed', 'changed', 'superseded']).nullable(),
});

const ledgerLine = z.strictObject({
  date: day,
  reason: z.string(),
  old: z.record(z.string(), z.unknown()).nullable(),
  new: z.record(z.string(), z.unknown()).nullable(),
  recordedBy: z.string(),
  recordedAt: instant,
});

const modeRate = z.strictObject({
  mode: z.enum(['in_person', 'remote']),
  days: z.number().int(),
  absences: z.number().int(),
  rate: z.number().nullable().meta({ description: 'Days attended of the days taught in this way; null without such a day' }),
});

export const studentAttendance = z
  .strictObject({
    student: uuid,
    from: day,
    to: day,
    days: z.array(
      attendanceRow.extend({
        truancy: z.enum(['full_day', 'occasion']).nullable(),
        mode: z.enum(['in_person', 'remote']).nullable(),
        basis: z.enum(['day', 'periods', 'minutes', 'hand']),
        derivation: z.record(z.string(), z.unknown()).nullable().meta({ description: 'The rule and what it was applied to' }),
        periods: z.array(
          z.strictObject({
            period: z.string().meta({ description: 'Empty: the row about the whole day' }),
            code: z.string(),
            status: z.string(),
            excuse: z.string(),
            minutes: z.number().int().nullable(),
            file: z.string(),
            line: z.number().int(),
          }),
        ),
      }),
    ),
    heldDays: z.array(z.strictObject({ date: day, why: z.string() })),
    byHand: z.array(correctionByHand),
    corrections: z.array(ledgerLine),
    recovery: z.strictObject({
      days: z.array(z.strictObject({ date: day, portion: z.number(), credited: z.number(), file: z.string(), line: z.number().int() })),
      credited: z.number(),
      offsetsRate: z.boolean(),
    }),
    byMode: z.array(modeRate),
    feeds: staleFeeds,
  })
  .meta({ id: 'StudentAttendance' });

export const schoolByMode = z
  .strictObject({ school: schoolId, from: day, to: day, byMode: z.array(modeRate), feeds: staleFeeds })
  .meta({ id: 'SchoolAttendanceByMode' });

export const sisDifferences = z
  .strictObject({
    school: schoolId,
    differences: z.array(
      z.strictObject({
        kind: z.enum(['day', 'contact']),
        studentId: uuid,
        localId: z.string(),
        date: day.nullable(),
        field: z.string(),
        sis: z.string().nullable(),
        rollbook: z.string().nullable(),
        reason: z.string(),
        by: z.string(),
        on: day,
      }),
    ),
  })
  .meta({ id: 'SisDifferences', description: 'What people have corrected here and the student information system does not say yet' });
