import fc from 'fast-check';
import type { LetterText } from '../../cases/documents.ts';
import { fieldsUnknown, fillIn, LETTER_FIELDS } from '../../documents/merge-fields.ts';
import { letterText } from '../../documents/letters.ts';
import { readingGrade } from '../../documents/reading.ts';
import {
  faultsOfTexts,
  gradeOf,
  shippedTexts,
  textDifferences,
  textInUse,
  warningsOfTexts,
  withLabels,
  type LetterTexts,
  type OwnTexts,
} from '../../documents/register.ts';
import { LETTERS } from '../../policy/vocabulary.ts';

const BEFORE = '2025-06-30';
const AFTER = '2025-07-01';
const english = (letter = 'letter-1'): LetterText => shippedTexts(letter)['en']!;
/** The first notice as it was before SB 691: without the statements that came with it. */
const old = (): LetterTexts => ({
  en: {
    ...english(),
    paragraphs: english().paragraphs.map((part) =>
      'bullets' in part ? { bullets: part.bullets.filter(({ clause }) => !['e', 'f', 'g'].includes(clause ?? '')) } : part,
    ),
  },
});
const version = (number: number, texts: LetterTexts): OwnTexts => ({ version: number, digest: `d${number}`, texts });
const messages = (texts: LetterTexts, day = AFTER, letter = 'letter-1') => faultsOfTexts(letter, texts, day).map(({ message }) => message);

test.each(LETTERS)('the shipped text of %s may be used before and after the law changed, and reads at grade 8 or less', (letter) => {
  for (const day of ['2021-10-15', BEFORE, AFTER, '2026-11-25']) expect(faultsOfTexts(letter, shippedTexts(letter), day)).toEqual([]);
  expect(warningsOfTexts(letter, shippedTexts(letter), '2021-10-15')).toEqual([]);
  expect(gradeOf(english(letter))).toBeLessThanOrEqual(8);
});

test('an old first notice may be used for letters before 1 July 2025, is refused from that day on, and says so beforehand', () => {
  expect(messages(old(), BEFORE)).toEqual([]);
  expect(messages(old(), AFTER)).toEqual(['e', 'f', 'g'].map((clause) => `letter-1 lacks statement (${clause}) of EC 48260.5`));
  expect(warningsOfTexts('letter-1', old(), BEFORE)).toEqual(
    ['e', 'f', 'g'].map((clause) => `From ${AFTER} on it may no longer be used: letter-1 lacks statement (${clause}) of EC 48260.5.`),
  );
});

test('of the versions of a district the latest that may be used on the day is used, and else the shipped text', () => {
  const own = [version(2, old()), version(1, { en: { ...english(), title: 'A word about school' } })];
  expect(textInUse('letter-1', own, BEFORE).textVersion).toEqual({ version: 2, digest: 'd2' });
  expect(textInUse('letter-1', own, AFTER)).toMatchObject({ textVersion: { version: 1 }, text: { title: 'A word about school' } });
  expect(textInUse('letter-1', [version(2, old())], AFTER)).toEqual({ text: letterText('letter-1') });
});

describe('merge fields', () => {
  test('that are none are named with their place, in a text and in its labels', () => {
    const texts: LetterTexts = {
      en: {
        ...english('letter-2'),
        title: 'Dear {pupil}',
        paragraphs: [
          ...english('letter-2').paragraphs,
          { bullets: [{ text: 'ok {school}' }, { text: 'call {callback}' }] },
          { text: 'broken {student' },
        ],
        labels: { ...withLabels(shippedTexts('letter-2'), 'en').labels, about: 'About {name}', date: '{day}. {month} {year}' },
      },
    };
    const last = texts['en']!.paragraphs.length - 1;
    const use = 'use one of {student}, {school}, {district}';
    expect(faultsOfTexts('letter-2', texts, AFTER)).toEqual([
      { path: 'texts.en.title', message: `the merge field “{pupil}” is none; ${use}` },
      { path: `texts.en.paragraphs.${last - 1}.bullets.1`, message: `the merge field “{callback}” is none; ${use}` },
      { path: `texts.en.paragraphs.${last}`, message: `a merge field is not closed or not begun; ${use}` },
      { path: 'texts.en.labels.about', message: `the merge field “{name}” is none; ${use}` },
    ]);
  });

  test('are all filled in where none is unknown, whatever the values look like', () => {
    const value = fc.string({ maxLength: 12 });
    const words = fc.array(
      fc.oneof(fc.constantFrom('{student}', '{school}', '{district}', '{pupil}', '{', '}', ' a '), fc.string({ maxLength: 5 })),
    );
    fc.assert(
      fc.property(words, value, value, value, (parts, student, school, district) => {
        const text = parts.join('');
        const pieces = text.split(/(\{student\}|\{school\}|\{district\})/);
        const values: Record<string, string> = { '{student}': student, '{school}': school, '{district}': district };
        expect(fillIn(text, { student, school, district })).toBe(pieces.map((one) => values[one] ?? one).join(''));
        const left = pieces.filter((one) => !(one in values)).join('');
        expect(fieldsUnknown(text, LETTER_FIELDS).length === 0).toBe(!/[{}]/.test(left));
      }),
    );
  });
});

test('a text without English, in a language without labels, or that threatens may not be used', () => {
  expect(messages({ es: { ...english(), labels: withLabels(shippedTexts('letter-1'), 'en').labels } })).toEqual([
    'the English text is missing, in which letters are issued',
  ]);
  expect(messages({ en: english(), tlh: english() })).toEqual([expect.stringContaining('give its labels, too')]);
  const threat = { text: 'You may be brought before a court.' };
  expect(messages({ en: { ...english(), paragraphs: [...english().paragraphs, threat] } })).toEqual([
    'letter-1 says “court”: no letter speaks of prosecution or punishment',
  ]);
});

test('what is hard to read, and a translation with other parts, are told to whoever approves', () => {
  const hard =
    'Notwithstanding considerable administrative responsibilities, institutional representatives unfailingly communicate attendance expectations. ';
  const labels = withLabels(shippedTexts('letter-2'), 'en').labels;
  const texts: LetterTexts = {
    en: { ...english('letter-2'), paragraphs: [...english('letter-2').paragraphs, { text: hard.repeat(8) }] },
    xx: { ...english('letter-2'), labels },
  };
  expect(warningsOfTexts('letter-2', texts, AFTER)).toEqual([
    expect.stringMatching(/^It reads at grade \d+(\.\d)?; many families read with ease up to grade 8\.$/),
    'The text in xx has other parts than the English one.',
  ]);
});

test('the reading grade follows the formula: short words in short sentences are easy', () => {
  expect(readingGrade(['The cat sat on the mat.'])).toBe(-1.4);
  expect(readingGrade([])).toBeNull();
  expect(readingGrade(['We miss you. Please call the school office.'])!).toBeLessThan(5);
});

test('a version is compared with another part by part and language by language', () => {
  const labels = withLabels(shippedTexts('letter-3'), 'en').labels;
  const after: LetterTexts = {
    en: { ...english('letter-3'), title: 'We would like to meet', paragraphs: [...english('letter-3').paragraphs, { text: 'Thank you.' }] },
    es: { ...english('letter-3'), labels },
  };
  expect(textDifferences(shippedTexts('letter-3'), after)).toEqual([
    { path: 'en.title', sentence: '“A change of classification, and an offer to meet” becomes “We would like to meet”' },
    { path: `en.paragraphs.${english('letter-3').paragraphs.length}`, sentence: 'New: “Thank you.”' },
    { path: 'es', sentence: 'A text in es comes with it.' },
  ]);
  expect(textDifferences(after, after)).toEqual([]);
  expect(textDifferences(after, shippedTexts('letter-3')).at(-1)).toEqual({ path: 'es', sentence: 'The text in es is gone.' });
});
