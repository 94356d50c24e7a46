import { z } from 'zod';
import { EARLIER_KINDS, EARLIER_RECORDS, type EarlierField } from '../../policy/earlier-records.ts';
import { clockTime, code, day, role, text } from './common.ts';

/** Steps taken this school year before Rollbook knew the school, told by hand one at a time, with the very fields that a file of them has. */

function fieldType({ type, allowed, required, otherwise }: EarlierField): z.ZodType {
  const word = allowed ? z.enum(allowed as [string, ...string[]]) : code;
  const types: Record<EarlierField['type'], z.ZodType> = {
    word,
    code,
    words: z.array(word).min(1).max(30),
    codes: z.array(code).min(1).max(50),
    date: day,
    dates: z.array(day).min(1).max(60),
    number: z.number().int().min(1).max(99),
  };
  const one = types[type];
  if (required === true) return one;
  return otherwise === undefined ? one.optional() : one.optional().meta({ description: `“${otherwise}” if absent` });
}

const steps = EARLIER_KINDS.map((kind) =>
  z.strictObject({
    kind: z.literal(kind),
    ...Object.fromEntries((EARLIER_RECORDS[kind] as readonly EarlierField[]).map((one) => [one.field, fieldType(one)])),
  }),
);

const words = z.string().trim().min(1).max(200);

export const recordEarlierStep = z
  .strictObject({
    step: z
      .discriminatedUnion('kind', steps as unknown as [(typeof steps)[number], ...typeof steps])
      .meta({ description: 'What was done, with the fields of its kind' }),
    on: day.meta({ description: 'The day on which it was done, in this school year' }),
    time: clockTime.optional(),
    doneBy: words.meta({ description: 'Who did it, in your words' }),
    role: role.optional().meta({ description: 'That person’s role; needed where a step asks for a role' }),
    reached: words.optional().meta({ description: 'Whom it reached, in your words' }),
    reference: words.optional().meta({ description: 'The number it has where it is kept' }),
    note: text.optional(),
    reason: text.meta({ description: 'Why it is brought in by hand, and from where: it stands with the delivery' }),
  })
  .meta({ id: 'RecordEarlierStep' });

export const saidByHand = z
  .strictObject({
    deliveryId: z.uuid(),
    status: z.enum(['waiting', 'taken', 'refused', 'failed']).meta({
      description: '`taken`: it is on record, or was already; `refused`: a row of it was not taken; `failed`: nothing of it could be read',
    }),
    sentences: z.array(z.string()).meta({ description: 'Why it was not taken, and what to do' }),
  })
  .meta({ id: 'SaidByHand', description: 'What became of something that you said by hand' });
