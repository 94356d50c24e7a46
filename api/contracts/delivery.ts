import { z } from 'zod';
import { day, instant, schoolId, uuid, wholeNumber } from './common.ts';

export const coverage = z
  .strictObject({
    schools: z.union([z.literal('all'), z.array(schoolId).min(1).max(2000)]),
    from: day.nullable().default(null).meta({ description: 'First day. Null, of changes only: the first day that its rows name' }),
    to: day.nullable().default(null).meta({ description: 'Last day. Null, of changes only: the last day that its rows name' }),
    complete: z.boolean().meta({ description: 'True: a day without a row has nothing to say. False: only changes; nothing is withdrawn.' }),
  })
  .refine(({ from, to }) => from === null || to === null || from <= to, { path: ['to'], error: 'the last day lies before the first' })
  .refine(({ from, to, complete }) => !complete || (from !== null && to !== null), {
    path: ['from'],
    error: 'a complete delivery must say of which days it speaks: give from and to',
  })
  .meta({ id: 'Coverage', description: 'Of which schools and days a delivery speaks, and whether it says everything about them' });

export const openDelivery = z
  .strictObject({ source: z.string().trim().min(1).max(80).default('upload'), coverage })
  .meta({ id: 'OpenDelivery' });

/** A label that people know the file by: it is never used as a path. */
export const fileName = z
  .string()
  .regex(
    /^[^\p{C}\s./\\][^\p{C}/\\:*?"<>|]{0,119}$/u,
    'a plain file name, for instance attendance.csv: no folders, and none of : * ? " < > |',
  );

export const fileKept = z
  .strictObject({ deliveryId: uuid, name: fileName, bytes: z.number().int(), sha256: z.string() })
  .meta({ id: 'FileKept' });

export const putFileQuery = z.strictObject({
  offset: wholeNumber(0, 2 ** 40)
    .optional()
    .meta({ description: 'The body goes on after so many bytes of the file; they must be just those that are kept' }),
});

export const fileReceived = z
  .strictObject({ deliveryId: uuid, name: fileName, bytes: z.number().int(), complete: z.boolean(), sha256: z.string().nullable() })
  .meta({ id: 'FileReceived' });

export const deliveryStatus = z.enum(['receiving', 'queued', 'running', 'done', 'failed', 'cancelled']);

export const deliveryOpened = z.strictObject({ deliveryId: uuid, status: deliveryStatus }).meta({ id: 'DeliveryOpened' });

const number = z.number().int();
const fileCounts = { read: number, accepted: number, rejected: number, ignored: number };
const tally = { opens: number, advances: number, retracts: number };

const held = z.strictObject({ students: number, schools: z.array(schoolId) });

export const consequences = z
  .strictObject({
    woken: number.meta({ description: 'Cases that are woken' }),
    ...tally,
    schools: z.array(z.strictObject({ school: schoolId, ...tally })),
    holds: held.meta({ description: 'Students on whose standing nothing may escalate from now on' }),
    releases: held.meta({ description: 'Students on whose standing it may again' }),
  })
  .meta({
    id: 'Consequences',
    description:
      'Cases that are opened; that come to a later band or to a report that is due (advances); that leave a band, whose report is due no longer, ' +
      'or on whose filed report or letter a correction touches (retracts)',
  });

const account = z
  .looseObject({
    ...fileCounts,
    files: z.record(
      z.string(),
      z.looseObject({
        ...fileCounts,
        kind: z.string().nullable(),
        reasons: z
          .record(z.string(), z.strictObject({ rows: number, first: number, last: number }))
          .meta({ description: 'Rows not taken, by reason, with the first and the last line of them' }),
      }),
    ),
    reasons: z.record(z.string(), number),
    notKept: z
      .strictObject({ rejected: number, ignored: number })
      .meta({ description: 'Rows that are counted and not kept one by one, because there are too many of them' }),
    consequences,
  })
  .meta({ id: 'DeliveryAccount', description: 'read = accepted + rejected + ignored' });

export const delivery = z
  .strictObject({
    deliveryId: uuid,
    source: z.string(),
    format: z.string().nullable(),
    coverage,
    status: deliveryStatus,
    districtDay: day.nullable(),
    problem: z.string().nullable(),
    receivedBy: z.string(),
    receivedAt: instant,
    finishedAt: instant.nullable(),
    cancelledBy: z.string().nullable(),
    files: z.array(z.string()),
    counts: account.nullable(),
    dryRun: z
      .strictObject({ state: z.enum(['queued', 'running', 'done', 'failed']), problem: z.string().nullable(), counts: account.nullable() })
      .nullable()
      .meta({ description: 'The last dry run of the files as they are now' }),
    differences: z
      .array(z.strictObject({ what: z.string(), expected: z.unknown(), found: z.unknown() }))
      .nullable()
      .meta({
        description: 'Where the import did other than the dry run said, because something changed in between; null without a dry run',
      }),
    progress: z
      .strictObject({ phase: z.string(), file: z.string().nullable(), rows: number, bytes: number, ofBytes: number, at: instant })
      .nullable(),
    rows: z
      .array(
        z.strictObject({
          file: z.string(),
          line: number,
          outcome: z.enum(['rejected', 'ignored']),
          reason: z.string(),
          message: z.string(),
          raw: z.record(z.string(), z.unknown()),
        }),
      )
      .meta({ description: 'Rows that were not taken, each with its reason' }),
    next: z.string().nullable(),
  })
  .meta({ id: 'Delivery' });

export const deliveryList = z
  .strictObject({
    deliveries: z.array(
      z.strictObject({
        deliveryId: uuid,
        source: z.string(),
        status: deliveryStatus,
        coverage,
        receivedBy: z.string(),
        receivedAt: instant,
        files: number,
        bytes: number,
        counts: z.strictObject(fileCounts).nullable(),
        problem: z.string().nullable(),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: 'DeliveryList' });
