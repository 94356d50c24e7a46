import { z } from 'zod';
import { LETTERS } from '../../policy/vocabulary.ts';
import { day, instant, role, text } from './common.ts';

/** The texts of letters: each in its versions, and each version in its languages. */

const words = z.string().min(1).max(4_000);
const worded = z.strictObject({
  text: words,
  ofAge: words.optional().meta({ description: 'The same said to the student, where the letter goes to one who is of age' }),
  clause: z
    .string()
    .max(20)
    .optional()
    .meta({ description: 'The statement that the sentence makes: a to g of EC 48260.5, or `correct`, how to have the record corrected' }),
});
const part = z.union([worded, z.strictObject({ bullets: z.array(worded).min(1).max(40) }), z.strictObject({ list: z.literal('events') })]);
const labels = z
  .strictObject({
    direction: z.enum(['ltr', 'rtl']),
    months: z.array(words).length(12),
    date: words,
    about: words,
    toStudent: words,
    nobody: words,
    day: words,
    recorded: words,
    report: words,
    recordedAs: words,
    statuses: z.record(z.string(), words),
    excuses: z.record(z.string(), words),
    reportNamed: words,
    closing: words,
    roles: z.record(z.string(), words),
    footer: words,
    page: words,
  })
  .meta({ id: 'LetterLabels', description: 'The words around a letter’s own text' });

const letterText = z
  .strictObject({
    title: words,
    greeting: words,
    paragraphs: z.array(part).min(1).max(60),
    labels: labels.optional().meta({ description: 'Where none are shipped for the language' }),
  })
  .meta({ id: 'LetterText', description: 'Merge fields are {student}, {school} and {district}' });

const language = z
  .string()
  .max(20)
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language by its BCP 47 tag, such as en or es');
export const letterName = z.enum(LETTERS);

const texts = z.record(language, letterText).refine((all) => Object.keys(all).length > 0, 'give at least the English text');

export const proposeLetterText = z
  .strictObject({
    texts: texts.meta({ description: 'By language; English is among them' }),
    effective: day.meta({ description: 'First day on which letters are issued in it; it lies ahead' }),
    note: text.meta({ description: 'Why, and who decided it: for those who approve' }),
  })
  .meta({ id: 'ProposeLetterText' });

const numberOrShipped = z.union([z.literal('shipped'), z.number().int()]);
const fault = z.strictObject({ path: z.string(), message: z.string() });

const shape = {
  letter: letterName,
  version: numberOrShipped,
  digest: z.string().nullable().meta({ description: 'SHA-256 of the texts; null of the shipped ones' }),
  effective: day.nullable(),
  note: z.string().nullable(),
  proposedBy: z.string().nullable(),
  proposedAt: instant.nullable(),
  status: z.enum(['shipped', 'proposed', 'approved', 'rejected', 'withdrawn']),
  closedBy: z.string().nullable(),
  closedAt: instant.nullable(),
  closedWhy: z.string().nullable(),
  approvals: z.array(z.strictObject({ by: z.string(), role, at: instant })),
  inUse: z.boolean().meta({ description: 'Letters of today are issued in it' }),
  languages: z.array(z.string()),
};

export const letterVersion = z
  .strictObject({
    ...shape,
    approvalsNeeded: z.number().int(),
    texts,
    faults: z.array(fault).meta({ description: 'What keeps it from being used for a letter of today, or of its first day' }),
    warnings: z.array(z.string()),
    readingGrade: z.number().nullable().meta({ description: 'School grade of the English text (Flesch-Kincaid)' }),
    comparedTo: numberOrShipped
      .nullable()
      .meta({ description: 'The version in use, of which `differences` tells; null of that one itself' }),
    differences: z.array(z.strictObject({ path: z.string(), sentence: z.string() })),
  })
  .meta({
    id: 'LetterVersion',
    description: 'One version of a letter’s text, its languages side by side; its ETag names what an approval has read',
  });

export const letterRegister = z
  .strictObject({
    letters: z.array(
      z.strictObject({
        letter: letterName,
        title: z.string().meta({ description: 'Of the English text in use' }),
        inUse: numberOrShipped,
        languages: z.array(z.string()),
        versions: z.array(z.strictObject(shape)).meta({ description: 'The district’s own, latest first, and then the shipped one' }),
      }),
    ),
  })
  .meta({ id: 'LetterRegister' });

export const versionParams = z.strictObject({
  letter: letterName,
  version: z
    .string()
    .regex(/^(shipped|[1-9]\d{0,5})$/, 'the number of a version, or “shipped”')
    .transform((one) => (one === 'shipped' ? one : Number(one)))
    .meta({ type: 'string', description: 'Number of the version, or `shipped`' }),
});

export const previewLanguage = z.strictObject({ language: language.default('en') });
