import { readdirSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import type { Day } from '../cases/actions.ts';
import type { LetterSource, LetterText } from '../cases/documents.ts';
import { LETTERS } from '../policy/vocabulary.ts';
import { COMES_INTO_FORCE, faultsOfLetter } from './clauses.ts';
import { readLetterCatalogue, type LabelledText, type LetterLabels } from './letters.ts';
import { faultsOfFields, fieldsUnknown, wordsOf } from './merge-fields.ts';
import { readingGrade } from './reading.ts';

/**
 * The register of letters: the shipped texts, a district's own, and what each must hold before it may be used. Letters are issued in English
 * today; other languages are kept, checked and printed beside it, for those who explain a letter to a family.
 */

/** A letter's text by language; with labels where none are shipped for the language. */
export type LetterTexts = Record<string, LetterText & { labels?: LetterLabels | undefined }>;

export interface TextFault {
  path: string;
  message: string;
}

/** The grade above which a letter is hard to read for many families: plain-language guides for letters to the public ask for eight or less. */
const READING_GRADE = 8;
/** Fields that labels may have; others have none. */
const LABEL_FIELDS: Partial<Record<keyof LetterLabels, string[]>> = {
  date: ['month', 'day', 'year'],
  about: ['student', 'school', 'district'],
  toStudent: ['student', 'school', 'district'],
  nobody: ['student', 'school', 'district'],
  recordedAs: ['status', 'excuse'],
  reportNamed: ['ordinal', 'date'],
  footer: ['id', 'letter', 'policy', 'version', 'hash'],
  page: ['page', 'pages'],
};

/** The languages in which texts are shipped. */
export function shippedLanguages(): string[] {
  const names = readdirSync(new URL('./texts/', import.meta.url));
  return names.flatMap((name) => /^letters\.(.+)\.json$/.exec(name)?.[1] ?? []).sort();
}

/** The shipped text of a letter in every language that there is. @throws if there is no such letter */
export function shippedTexts(letter: string): LetterTexts {
  const texts = shippedLanguages().flatMap((language) => {
    const text = readLetterCatalogue(language).letters[letter];
    return text ? [[language, text] as const] : [];
  });
  if (texts.length === 0) throw new Error(`no text of ${letter} is shipped; the letters are ${LETTERS.join(', ')}`);
  return Object.fromEntries(texts);
}

/** A text with the labels of its language: its own, or the shipped ones. @throws if there are neither */
export function withLabels(texts: LetterTexts, language: string): LabelledText {
  const text = texts[language];
  if (!text) throw new Error(`there is no text in the language ${language}`);
  const labels = text.labels ?? (shippedLanguages().includes(language) ? readLetterCatalogue(language).labels : undefined);
  if (!labels) throw new Error(`no labels are shipped in the language ${language}`);
  return { ...text, labels };
}

/** What keeps texts from being used for letters of a day, each with its place; empty when they may be. */
export function faultsOfTexts(letter: string, texts: LetterTexts, day: Day): TextFault[] {
  const missing = 'en' in texts ? [] : [{ path: 'texts.en', message: 'the English text is missing, in which letters are issued' }];
  return [...missing, ...Object.keys(texts).flatMap((language) => faultsIn(letter, texts, language, day))];
}

function faultsIn(letter: string, texts: LetterTexts, language: string, day: Day): TextFault[] {
  const text = texts[language]!;
  const at = `texts.${language}`;
  if (!text.labels && !shippedLanguages().includes(language))
    return [{ path: `${at}.labels`, message: `the words around a letter are not shipped in this language: give its labels, too` }];
  const { labels } = withLabels(texts, language);
  const inLabels = Object.entries(labels).flatMap(([name, words]) =>
    typeof words === 'string'
      ? fieldsUnknown(words, LABEL_FIELDS[name as keyof LetterLabels] ?? []).map((message) => ({ path: `${at}.labels.${name}`, message }))
      : [],
  );
  return [
    ...faultsOfFields(text).map(({ path, message }) => ({ path: `${at}.${path}`, message })),
    ...inLabels,
    ...faultsOfLetter(letter, text, language, day).map((message) => ({ path: at, message })),
  ];
}

/** What whoever approves texts should know, as sentences: what will be asked of them later, how hard they are to read, what is not alike. */
export function warningsOfTexts(letter: string, texts: LetterTexts, day: Day): string[] {
  const now = new Set(faultsOfTexts(letter, texts, day).map(({ message }) => message));
  const later = COMES_INTO_FORCE.filter((from) => from > day).flatMap((from) =>
    faultsOfTexts(letter, texts, from)
      .filter(({ message }) => !now.has(message))
      .map(({ message }) => `From ${from} on it may no longer be used: ${message}.`),
  );
  const grade = gradeOf(texts['en']);
  const hard = grade !== null && grade > READING_GRADE;
  const shape = (language: string): string => JSON.stringify(texts[language]!.paragraphs.map((part) => Object.keys(part).sort()));
  const unlike = Object.keys(texts).filter((language) => 'en' in texts && shape(language) !== shape('en'));
  return [
    ...new Set(later),
    ...(hard ? [`It reads at grade ${grade}; many families read with ease up to grade ${READING_GRADE}.`] : []),
    ...unlike.map((language) => `The text in ${language} has other parts than the English one.`),
  ];
}

/** The reading grade of an English text; null of none. Prescribed statements are the law's words and do not count. */
export function gradeOf(text: LetterText | undefined): number | null {
  if (!text) return null;
  const sentences = text.paragraphs.flatMap((part) => ('bullets' in part ? part.bullets : 'list' in part ? [] : [part]));
  const prescribed = new Set(sentences.flatMap((one) => (one.clause === undefined || one.clause === 'correct' ? [] : [one.text])));
  return readingGrade(
    wordsOf(text)
      .map(({ words }) => words)
      .filter((words) => !prescribed.has(words)),
  );
}

/** A version of a district's own text. */
export interface OwnTexts {
  version: number;
  digest: string;
  texts: LetterTexts;
}

/**
 * The text in which a letter of a day is issued: of the district's own versions, the latest first, the first that may be used on that day,
 * else the shipped one.
 * @param own approved versions that are in use by then, latest first
 * @throws if neither may be used
 */
export function textInUse(letter: string, own: readonly OwnTexts[], day: Day): Pick<LetterSource, 'text' | 'textVersion'> {
  const { version, texts } = versionInUse(letter, own, day);
  if (version === null) {
    const faults = faultsOfTexts(letter, texts, day);
    if (faults.length) throw new Error(`the letter cannot be issued: ${faults.map(({ message }) => message).join('; ')}`);
  }
  return { text: withLabels(texts, 'en'), ...(version === null ? {} : { textVersion: version }) };
}

/** As `textInUse`, in all its languages; `version` is null of the shipped one. */
export function versionInUse(
  letter: string,
  own: readonly OwnTexts[],
  day: Day,
): { version: { version: number; digest: string } | null; texts: LetterTexts } {
  const found = own.find(({ texts }) => faultsOfTexts(letter, texts, day).length === 0);
  if (!found) return { version: null, texts: shippedTexts(letter) };
  return { version: { version: found.version, digest: found.digest }, texts: found.texts };
}

/** What a version changes in another, in sentences with their place: languages added and gone, and each part that reads otherwise. */
export function textDifferences(before: LetterTexts, after: LetterTexts): { path: string; sentence: string }[] {
  const languages = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return languages.flatMap((language) => {
    const [old, now] = [before[language], after[language]];
    if (!old) return [{ path: language, sentence: `A text in ${language} comes with it.` }];
    if (!now) return [{ path: language, sentence: `The text in ${language} is gone.` }];
    const [was, is] = [placed(old), placed(now)];
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
      const [one, other] = [was.get(path), is.get(path)];
      if (one === other) return [];
      if (one === undefined) return [{ path: `${language}.${path}`, sentence: `New: ${other}` }];
      if (other === undefined) return [{ path: `${language}.${path}`, sentence: `Gone: ${one}` }];
      return [{ path: `${language}.${path}`, sentence: `${one} becomes ${other}` }];
    });
  });
}

function placed(text: LetterText & { labels?: LetterLabels | undefined }): Map<string, string> {
  const parts = text.paragraphs.flatMap((part, index): [string, string][] =>
    'list' in part ? [[`paragraphs.${index}`, 'the list of school days']] : [],
  );
  const marks = text.paragraphs.flatMap((part, index): [string, string][] =>
    ('bullets' in part ? part.bullets : 'list' in part ? [] : [part]).flatMap(({ clause }, bullet) =>
      clause === undefined ? [] : [[`paragraphs.${index}.${bullet}.clause`, `the mark of the statement “${clause}”`]],
    ),
  );
  const labels: [string, string][] = text.labels ? [['labels', `the labels ${JSON.stringify(text.labels)}`]] : [];
  return new Map([...wordsOf(text).map(({ path, words }): [string, string] => [path, `“${words}”`]), ...parts, ...marks, ...labels]);
}

/** A letter to the family of a made-up student, as it would be frozen, to see a text in print. */
export function sampleLetter(
  letter: string,
  texts: LetterTexts,
  language: string,
  on: { day: Day; district: string; approvedBy: LetterSource['approvedBy'] },
): LetterSource {
  const before = (days: number): Day => Temporal.PlainDate.from(on.day).subtract({ days }).toString();
  const reports = Math.max(1, Math.min(3, Number(/\d+$/.exec(letter)?.[0] ?? 1)));
  return {
    kind: 'letter',
    language,
    letter,
    text: withLabels(texts, language),
    district: on.district,
    day: on.day,
    school: { id: 'sample', name: 'Sample School' },
    student: { name: 'Sample Student', localId: '000000' },
    recipients: [{ contact: 'sample', name: 'Parent of Sample Student', address: ['1 Example Street', 'Anytown, CA 90000'] }],
    policy: { id: 'sample', version: 1, digest: '' },
    reports: Array.from({ length: reports }, (_, n) => ({ ordinal: n + 1, filedOn: before(14 - 5 * n) })),
    events: Array.from({ length: reports + 2 }, (_, n) => ({
      day: before(40 - 7 * n),
      report: Math.max(1, n - 1),
      status: 'absent',
      excuse: 'unexcused',
      code: 'U',
      file: 'sample.csv',
      line: n + 1,
    })),
    approvedBy: on.approvedBy,
  };
}
