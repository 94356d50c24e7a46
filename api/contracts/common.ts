import { z } from 'zod';
import { ROLES } from '../../policy/vocabulary.ts';

/** Pieces that several contracts share. Contracts are the one source of types, checks and the OpenAPI document. */

export const uuid = z.uuid();
export const day = z.iso.date().meta({ description: 'A day on the school calendar, YYYY-MM-DD', example: '2021-10-15' });
export const instant = z.iso.datetime().meta({ description: 'An instant, ISO 8601 in UTC' });
export const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .meta({ description: 'Local time of day, HH:MM', example: '09:40' });
/** A code of a policy document: a task, letter, requirement or band. */
/** A key or a code, never words: it may stand in the record and in the engine, where no free text goes. */
export const code = z
  .string()
  .max(80)
  .regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, 'a code is lower case words joined by - or _; words go to the note');
export const schoolId = z.string().min(1).max(64);
export const role = z.enum(ROLES);

/** Free text of a person. It stays in the database, apart from the record. */
export const text = z.string().trim().min(1, 'write at least one word').max(10_000);

/** A whole number in a query string. */
export function wholeNumber(min: number, max: number) {
  return z.coerce.number().int().min(min).max(max).meta({ type: 'integer', minimum: min, maximum: max });
}

export const cursor = z.string().min(1).max(500).meta({ description: 'Where the last page ended: its `next`' });

/** Nothing: an endpoint without parameters, query or body. */
export const nothing = z.strictObject({});

/** Headers of a plain read. */
export const readHeaders = z.object({});

/** Headers of a command. */
export const commandHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(8, 'use at least 8 characters, for instance a UUID')
    .max(200)
    .meta({ description: 'Names this command. The same key with the same body has one effect and one outcome, however often it is sent.' }),
});

/** Headers of a judgement: a command that is refused when the case has moved on. */
export const judgementHeaders = commandHeaders.extend({
  'if-match': z
    .string()
    .regex(/^"\d+"$/, 'use the ETag of the case as you have read it, for instance "12"')
    .transform((etag) => Number(etag.slice(1, -1)))
    .meta({ type: 'string', description: 'The ETag of the case as you have seen it' }),
});

export const actor = z
  .strictObject({ id: z.string(), role: z.union([role, z.literal('system')]), place: z.string() })
  .meta({ id: 'Actor', description: 'Who did it, in which role and at which place: a school, or `district`' });

export const problem = z
  .looseObject({
    type: z.string().meta({ example: 'urn:rollbook:problem:requirements-missing' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    missing: z.array(z.strictObject({ requirement: z.string(), title: z.string(), why: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457: what is wrong, where, and what to do' });
