import type { LetterText, Worded } from '../cases/documents.ts';

/** What a letter may have filled in, as `{student}`. */
export const LETTER_FIELDS = ['student', 'school', 'district'] as const;

/** A text with its merge fields filled in. A value is never read for fields itself. */
export function fillIn(text: string, values: Record<(typeof LETTER_FIELDS)[number], string>): string {
  return text.replaceAll(/\{(student|school|district)\}/g, (_, field: (typeof LETTER_FIELDS)[number]) => values[field]);
}

/** A sentence for each merge field that is none, with the place in the text; empty when all can be filled in. */
export function faultsOfFields(text: LetterText): { path: string; message: string }[] {
  return wordsOf(text).flatMap(({ path, words }) => fieldsUnknown(words, LETTER_FIELDS).map((message) => ({ path, message })));
}

/** What is wrong with the fields of some words. @param known the fields that they may have */
export function fieldsUnknown(words: string, known: readonly string[]): string[] {
  const named = [...words.matchAll(/\{([^{}]*)\}/g)].map(([, field = '']) => field);
  const use = `use one of ${known.map((field) => `{${field}}`).join(', ')}`;
  const unknown = [...new Set(named)].filter((field) => !known.includes(field));
  return [
    ...unknown.map((field) => `the merge field “{${field}}” is none; ${use}`),
    ...(/[{}]/.test(words.replaceAll(/\{[^{}]*\}/g, '')) ? [`a merge field is not closed or not begun; ${use}`] : []),
  ];
}

/** All words of a text by their place. */
export function wordsOf(text: LetterText): { path: string; words: string }[] {
  return [
    { path: 'title', words: text.title },
    { path: 'greeting', words: text.greeting },
    ...text.paragraphs.flatMap((part, index) => {
      const path = `paragraphs.${index}`;
      if ('list' in part) return [];
      if ('bullets' in part) return part.bullets.flatMap((one, bullet) => sayings(one, `${path}.bullets.${bullet}`));
      return sayings(part, path);
    }),
  ];
}

/** A sentence in both its forms: to the family, and to a student of age where that is said otherwise. */
function sayings({ text, ofAge }: Worded, path: string): { path: string; words: string }[] {
  return [{ path, words: text }, ...(ofAge === undefined ? [] : [{ path: `${path}.ofAge`, words: ofAge }])];
}
