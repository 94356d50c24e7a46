import type { Day } from '../cases/actions.ts';
import type { LetterText, Worded } from '../cases/documents.ts';
import { LAW_OF_LETTER, LETTERS } from '../policy/vocabulary.ts';

/**
 * What the first notice must say in English: statements (a) to (g) of EC 48260.5 as operative from 1 July 2025, and, as the state's model
 * letter does, how to have the record corrected.
 */
export const NOTICE_CLAUSES = {
  a: /\bis truant\b/i,
  b: /obligated to compel the attendance/i,
  c: /alternative educational programs are available/i,
  d: /right to meet with school personnel to discuss solutions/i,
  e: /mental health and supportive services may be available/i,
  f: /school personnel are available to meet .*to develop strategies to support attendance/i,
  g: /missing ten percent of school .*reading by third grade.*middle school.*graduating from high school/i,
  correct: /record is inaccurate.*attendance office.*correct the record/i,
} as const;

/** What Connecticut's invitation must say: that the parent is met, and that services are coordinated (CGS 10-198a(b)(1) and (2)). */
export const MEETING_CLAUSES = {
  'ct-meeting': /meet with you .*review and evaluate the reasons/i,
  'ct-services': /services of agencies .*children and families/i,
} as const;

const CLAUSES = { ...NOTICE_CLAUSES, ...MEETING_CLAUSES };

type Clause = keyof typeof CLAUSES;

/** What the law has a letter say: the first notice in California; in Connecticut the invitation to the meeting of CGS 10-198a(b). */
const PRESCRIBED: Record<string, Clause[]> = {
  'letter-1': ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  'ct-truancy-meeting': ['ct-meeting', 'ct-services'],
};

/** The first day of letters that must make a statement (SB 691, Statutes of 2024, chapter 863); the others were asked for before. */
const SINCE: Partial<Record<Clause, Day>> = { e: '2025-07-01', f: '2025-07-01', g: '2025-07-01' };

/** Days from which more is asked of letters than before. */
export const COMES_INTO_FORCE: readonly Day[] = [...new Set(Object.values(SINCE))].sort();

/** Every letter tells how to have the record corrected (rule 4); only the first has statements that the law prescribes. */
function clausesOf(letter: string, day: Day | null): Clause[] {
  return [...(PRESCRIBED[letter] ?? []), 'correct' as const].filter((clause) => day === null || (SINCE[clause] ?? day) <= day);
}

/**
 * Words of threat. SB 691 took prosecution out of the first notice from 1 July 2025, AB 461 repealed the misdemeanor from 1 January 2026;
 * no letter of ours speaks of either, whatever its number.
 */
const FORBIDDEN =
  /prosecut\w*|misdemean\w*|infraction\w*|\bfin(?:e|es|ed)\b|jail\w*|prison\w*|arrest\w*|crim(?:e|inal)\w*|penal\w*|punish\w*|\bcourts?\b|attorney\w*|police|peace officer|law enforcement|driving privilege\w*|driver.s license|probation\w*|custody/i;

/** How the law of each state is cited: a letter of one state never cites another's. */
const CITED: Record<string, RegExp> = {
  california: /Education Code|\bEC \d|California|\bSARB\b|School Attendance Review Board/i,
  connecticut: /General Statutes|\bCGS\b|Connecticut/i,
};

function foreignLaw(letter: string, text: LetterText): string[] {
  const own = LETTERS.find((one) => one === letter);
  return Object.entries(CITED).flatMap(([state, law]) => {
    const cited = own !== undefined && LAW_OF_LETTER[own] !== state ? law.exec(allText(text)) : null;
    return cited ? [`${letter} cites “${cited[0]}”: that is the law of another state`] : [];
  });
}

/**
 * Faults of a letter's text, as sentences; empty when it may be used. In another language than English the marks of the clauses are
 * checked, and not the words: these are for the person who approves the translation.
 * @param day of the letter; null asks for everything that is ever asked for
 */
export function faultsOfLetter(letter: string, text: LetterText, language = 'en', day: Day | null = null): string[] {
  const threat = FORBIDDEN.exec(allText(text));
  return [
    ...(threat ? [`${letter} says “${threat[0]}”: no letter speaks of prosecution or punishment`] : []),
    ...foreignLaw(letter, text),
    ...(text.paragraphs.some((part) => 'list' in part)
      ? []
      : [`${letter} does not list the school days it rests on: add the part {"list": "events"}`]),
    ...clausesOf(letter, day).flatMap((clause) => (says(text, clause, language) ? [] : [`${letter} lacks ${nameOf(clause)}`])),
  ];
}

function says(text: LetterText, clause: Clause, language: string): boolean {
  return sentences(text).some(({ clause: mark, text: words, ofAge }) => {
    // What the law prescribes it has said to parents; how to have the record corrected everybody is told.
    const forms = clause === 'correct' && ofAge !== undefined ? [words, ofAge] : [words];
    return mark === clause && (language !== 'en' || forms.every((form) => CLAUSES[clause].test(form)));
  });
}

function nameOf(clause: Clause): string {
  if (clause === 'correct') return 'the sentence on how to have the record corrected (clause "correct")';
  return clause in MEETING_CLAUSES ? `the statement “${clause}” of CGS 10-198a(b)` : `statement (${clause}) of EC 48260.5`;
}

function sentences(text: LetterText): Worded[] {
  return text.paragraphs.flatMap((part) => ('bullets' in part ? part.bullets : 'list' in part ? [] : [part]));
}

/** All words of a letter, one part a line. */
export function allText(text: LetterText): string {
  return [text.title, text.greeting, ...sentences(text).flatMap((one) => [one.text, ...(one.ofAge === undefined ? [] : [one.ofAge])])].join(
    '\n',
  );
}
