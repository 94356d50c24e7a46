import { z } from 'zod';
import { day, schoolId, uuid, wholeNumber } from './common.ts';

export const coverage = z
  .strictObject({
    schools: z.union([z.literal('all'), z.array(schoolId).min(1).max(2000)]),
    from: day,
    to: day,
    complete: z.boolean().meta({ description: 'True: a day without a row has nothing to say. False: only changes; nothing is withdrawn.' }),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'the last day lies before the first' })
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

const fileCounts = { read: z.number().int(), accepted: z.number().int(), rejected: z.number().int(), ignored: z.number().int() };

export const deliveryOpened = z.strictObject({ deliveryId: uuid, status: z.enum(['receiving', 'queued']) }).meta({ id: 'DeliveryOpened' });

export const delivery = z
  .strictObject({
    deliveryId: uuid,
    source: z.string(),
    format: z.string().nullable(),
    coverage,
    status: z.enum(['receiving', 'queued', 'running', 'done', 'failed', 'cancelled']),
    districtDay: day.nullable(),
    problem: z.string().nullable(),
    files: z.array(z.string()),
    counts: z.looseObject(fileCounts).nullable().meta({ description: 'read = accepted + rejected + ignored' }),
    rows: z
      .array(
        z.strictObject({
          file: z.string(),
          line: z.number().int(),
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
