import { readFileSync } from 'node:fs';
import type { LetterSource, LetterText, Worded } from '../cases/documents.ts';
import { faultsOfLetter } from './clauses.ts';
import { faultsOfFields, fillIn } from './merge-fields.ts';
import { longDate } from './dates.ts';

/** The words around a letter's own text in one language; frozen with it. */
export interface LetterLabels {
  direction: 'ltr' | 'rtl';
  months: string[];
  /** Order of the parts, as `{month} {day}, {year}`. */
  date: string;
  about: string;
  /** In place of an address when no household is on file. */
  /** How a student is greeted to whom the letter goes, being of age. */
  toStudent: string;
  nobody: string;
  day: string;
  recorded: string;
  report: string;
  recordedAs: string;
  statuses: Record<string, string>;
  excuses: Record<string, string>;
  reportNamed: string;
  closing: string;
  roles: Record<string, string>;
  footer: string;
  page: string;
}

/** A letter's text with the labels of its language. */
export interface LabelledText extends LetterText {
  labels: LetterLabels;
}

interface Catalogue {
  labels: LetterLabels;
  letters: Record<string, LetterText>;
}

/**
 * The text of a letter in a language, as it is frozen when the letter is approved.
 * @throws if there is none of that name, or its text may not be used; the message says why
 */
export function letterText(letter: string, language = 'en'): LabelledText {
  const { labels, letters } = readLetterCatalogue(language);
  const text = letters[letter];
  if (!text)
    throw new Error(`there is no text of ${letter} in the language ${language}: add it to documents/texts/letters.${language}.json`);
  const faults = [...faultsOfFields(text).map(({ message }) => message), ...faultsOfLetter(letter, text, language)];
  if (faults.length) throw new Error(`the letter cannot be issued: ${faults.join('; ')}`);
  return { ...text, labels };
}

/** The shipped texts of a language. @throws if none are shipped in it */
export function readLetterCatalogue(language: string): Catalogue {
  return JSON.parse(readFileSync(new URL(`./texts/letters.${language}.json`, import.meta.url), 'utf8')) as Catalogue;
}

interface LetterModel {
  title: string;
  language: string;
  direction: 'ltr' | 'rtl';
  district: string;
  school: string;
  date: string;
  about: string;
  columns: string[];
  /** One copy for each household, as lines of its address. */
  copies: string[][];
  greeting: string;
  parts: ({ text: string } | { bullets: string[] } | { events: string[][] })[];
  closing: string;
  signer: { name: string; role: string };
  footer: string;
  page: string;
}

/** What template `letter/1` prints: the frozen letter, once for each household it goes to. */
export function letterModel(source: LetterSource, sourceSha256: string): LetterModel {
  const { student, school, policy } = source;
  const labels = labelsOf(source.text);
  const toStudent = source.recipients.some(({ contact }) => contact === null);
  const said = ({ text, ofAge }: Worded): string => fill((toStudent ? ofAge : undefined) ?? text);
  const fill = (text: string): string => fillIn(text, { student: student.name, school: school.name, district: source.district });
  const date = (day: string): string => longDate(day, labels);
  return {
    title: fill(source.text.title),
    language: source.language,
    direction: labels.direction,
    district: source.district,
    school: school.name,
    date: date(source.day),
    about: fill(labels.about),
    columns: [labels.day, labels.recorded, labels.report],
    copies: households(source, fill(labels.nobody)),
    greeting: fill(toStudent ? labels.toStudent : source.text.greeting),
    parts: source.text.paragraphs.map((part) => {
      if ('bullets' in part) return { bullets: part.bullets.map(said) };
      if ('list' in part) return { events: source.events.map((event) => eventRow(source, labels, event)) };
      return { text: said(part) };
    }),
    closing: labels.closing,
    signer: { name: source.approvedBy.name, role: labels.roles[source.approvedBy.role] ?? source.approvedBy.role },
    footer: labels.footer
      .replace('{id}', student.localId)
      .replace('{letter}', () => fill(source.text.title))
      .replace('{policy}', policy.id)
      .replace('{version}', String(policy.version))
      .replace('{hash}', sourceSha256.slice(0, 12)),
    page: labels.page,
  };
}

function eventRow(source: LetterSource, labels: LetterLabels, event: LetterSource['events'][number]): string[] {
  const filed = source.reports.find((report) => report.ordinal === event.report)?.filedOn ?? source.day;
  const status = labels.statuses[event.status] ?? event.status;
  const excuse = labels.excuses[event.excuse] ?? event.excuse;
  return [
    longDate(event.day, labels),
    labels.recordedAs.replace('{status}', status).replace('{excuse}', excuse),
    labels.reportNamed.replace('{ordinal}', String(event.report)).replace('{date}', longDate(filed, labels)),
  ];
}

/** Parents at one address get one letter with both names; at two addresses, one each. */
function households(source: LetterSource, nobody: string): string[][] {
  const byAddress = new Map<string, { names: string[]; address: string[] }>();
  for (const { name, address } of source.recipients) {
    const key = address.join('\n').toLowerCase();
    const household = byAddress.get(key) ?? { names: [], address };
    household.names.push(name);
    byAddress.set(key, household);
  }
  const copies = [...byAddress.values()].map(({ names, address }) => [...names, ...address]);
  return copies.length ? copies : [[nobody]];
}

function labelsOf(text: LetterText): LetterLabels {
  if (!('labels' in text)) throw new Error('the frozen letter has no labels: it was not made by letterText()');
  return (text as LabelledText).labels;
}
