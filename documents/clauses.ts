import type { LetterText } from '../cases/documents.ts';

/**
 * What the first notice must say: EC 48260.5 as operative from 1 July 2025 (a-g), and, as the state's model letter does, how to have the
 * record corrected.
 */
export const NOTICE_CLAUSES: Record<string, RegExp> = {
  a: /is truant/i,
  b: /obligated to compel the attendance/i,
  c: /alternative educational programs are available/i,
  d: /right to meet with school personnel to discuss solutions/i,
  e: /mental health and supportive services may be available/i,
  f: /school personnel are available to meet .* to develop strategies to support attendance/i,
  g: /missing ten percent of school .* reading by third grade.*middle school.*graduating from high school/i,
  correct: /record is inaccurate.*attendance office/i,
};

/** Words of threat: prosecution language left the first notice in 2025, and the misdemeanour was repealed in 2026 (AB 461). */
const FORBIDDEN = /prosecut|misdemeano|infraction|\bfine[sd]?\b|jail|arrest|crimin|penalt|juvenile court|driving privilege|probation/i;

/** Faults of a letter's text, as sentences; empty when it may be used. */
export function faultsOfLetter(letter: string, text: LetterText): string[] {
  const words = allText(text);
  const found = FORBIDDEN.exec(words);
  const threats = found ? [`${letter} says “${found[0]}”: no letter speaks of prosecution or punishment`] : [];
  if (letter !== 'letter-1') return threats;
  return [
    ...threats,
    ...Object.entries(NOTICE_CLAUSES).flatMap(([clause, pattern]) =>
      pattern.test(words) ? [] : [`${letter} lacks statement (${clause}) of EC 48260.5`],
    ),
  ];
}

function allText(text: LetterText): string {
  return [
    text.title,
    text.greeting,
    ...text.paragraphs.flatMap((part) => ('bullets' in part ? part.bullets.map((b) => b.text) : 'list' in part ? [] : [part.text])),
  ].join('\n');
}
