import { hasGlyph } from './fonts.ts';

/** Scripts of California's schools and beyond, by the name a person knows them by. */
const SCRIPTS: [RegExp, string][] = [
  [/\p{Script=Han}/u, 'Chinese (Han)'],
  [/\p{Script=Hangul}/u, 'Korean (Hangul)'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'Japanese (Kana)'],
  [/\p{Script=Arabic}/u, 'Arabic'],
  [/\p{Script=Armenian}/u, 'Armenian'],
  [/\p{Script=Hebrew}/u, 'Hebrew'],
  [/\p{Script=Thai}/u, 'Thai'],
  [/\p{Script=Khmer}/u, 'Khmer'],
  [/\p{Script=Lao}/u, 'Lao'],
  [/\p{Script=Myanmar}/u, 'Burmese (Myanmar)'],
  [/\p{Script=Ethiopic}/u, 'Ethiopic'],
  [/\p{Script=Georgian}/u, 'Georgian'],
  [/\p{Script=Bengali}/u, 'Bengali'],
  [/\p{Script=Gurmukhi}/u, 'Punjabi (Gurmukhi)'],
  [/\p{Script=Gujarati}/u, 'Gujarati'],
  [/\p{Script=Tamil}/u, 'Tamil'],
  [/\p{Script=Telugu}/u, 'Telugu'],
  [/\p{Script=Latin}/u, 'a rare letter of the Latin'],
];

/** A name or another word that cannot be set in type with the fonts at hand. The message names the word, its script and the way out. */
export class UnprintableText extends Error {
  override readonly name = 'UnprintableText';

  constructor(
    readonly text: string,
    readonly script: string,
  ) {
    super(
      `the document cannot be printed: “${text}” is written in ${script} script, and the fonts of the documents cover Latin, Greek, Cyrillic and Devanagari. Have the name entered in Latin letters, too, or install a font for this script`,
    );
  }
}

/**
 * Data as it can be set in type: control characters become spaces, invisible format characters (zero-width, direction overrides) go,
 * letters with their accents apart are joined. Everything visible stays as it is.
 * @throws {UnprintableText} if a visible character has no glyph
 */
export function setInType<T>(data: T): T {
  if (typeof data === 'string') return printable(data) as T;
  if (Array.isArray(data)) return data.map((one: unknown) => setInType(one)) as T;
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, setInType<unknown>(value)])) as T;
}

function printable(text: string): string {
  const visible = tidied(text);
  const missing = Array.from(visible).find((character) => !drawn(character));
  if (missing !== undefined) throw new UnprintableText(visible, scriptOf(missing));
  return visible;
}

/**
 * Free text that people wrote. It is in the record for good and must not keep a packet from being printed: a run of characters without
 * glyphs is printed as what it is, “[Korean (Hangul) text, 12 characters]”; the record itself keeps the words.
 */
export function quotable(text: string): string {
  const runs: { shown: boolean; characters: string[] }[] = [];
  for (const character of tidied(text)) {
    const shown = drawn(character);
    const last = runs.at(-1);
    // A space within a run of another script belongs to it.
    if (last && (last.shown === shown || (!last.shown && character === ' '))) last.characters.push(character);
    else runs.push({ shown, characters: [character] });
  }
  return runs.map(({ shown, characters }) => (shown ? characters.join('') : described(characters))).join('');
}

function described(characters: string[]): string {
  const words = characters.join('');
  const first = characters[0] ?? '';
  const after = /\s+$/.test(words) ? ' ' : '';
  if (/[\p{L}\p{M}]/u.test(words)) return `[${scriptOf(first)} text, ${Array.from(words.trim()).length} characters]${after}`;
  return `[${characters.map((one) => `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`).join(' ')}]${after}`;
}

function tidied(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]+/gu, ' ')
    .replaceAll(/\p{Cf}|[\uFE00-\uFE0F]/gu, '');
}

function drawn(character: string): boolean {
  return character === '\n' || hasGlyph(character.codePointAt(0) ?? 0);
}

function scriptOf(character: string): string {
  const known = SCRIPTS.find(([pattern]) => pattern.test(character));
  return known?.[1] ?? `another (U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`;
}
