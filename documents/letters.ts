import { readFileSync } from 'node:fs';
import type { Day } from '../cases/actions.ts';
import type { LetterSource, LetterText } from '../cases/documents.ts';
import { faultsOfLetter } from './clauses.ts';

/** The text of a letter in a language. @throws if there is none of that name, or it may not be used */
export function letterText(letter: string, language = 'en'): LetterText {
  const texts = JSON.parse(readFileSync(new URL(`./texts/letters.${language}.json`, import.meta.url), 'utf8')) as Record<
    string,
    LetterText
  >;
  const text = texts[letter];
  if (!text)
    throw new Error(`there is no text of ${letter} in the language ${language}: add it to documents/texts/letters.${language}.json`);
  const faults = faultsOfLetter(letter, text);
  if (faults.length) throw new Error(`the letter cannot be issued: ${faults.join('; ')}`);
  return text;
}

/** What the template of letters prints. */
export function letterModel(source: LetterSource, sourceSha256: string): unknown {
  const fill = (text: string): string => text.replaceAll('{student}', source.student.name).replaceAll('{school}', source.school.name);
  return {
    title: source.text.title,
    language: source.language,
    district: source.district,
    date: longDate(source.day),
    school: source.school,
    address: source.recipients[0] ? [source.recipients.map((r) => r.name).join(' and '), ...source.recipients[0].address] : [],
    greeting: fill(source.text.greeting),
    parts: source.text.paragraphs.map((part) => {
      if ('bullets' in part) return { bullets: part.bullets.map((b) => fill(b.text)) };
      if ('list' in part) {
        return {
          events: source.events.map((e) => ({ day: longDate(e.day), recorded: `${e.status}, ${e.excuse}`, report: `Report ${e.report}` })),
        };
      }
      return { text: fill(part.text) };
    }),
    signer: { name: source.approvedBy.name, role: source.approvedBy.role.replaceAll('_', ' ') },
    footer: `Student ${source.student.localId} · ${source.letter} · policy ${source.policy.id} ${source.policy.version} · source ${sourceSha256.slice(0, 16)}`,
  };
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** `2021-10-15` as `October 15, 2021`. */
export function longDate(day: Day): string {
  const [year, month, date] = day.split('-');
  return `${MONTHS[Number(month) - 1]} ${Number(date)}, ${year}`;
}
