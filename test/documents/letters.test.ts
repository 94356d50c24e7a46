import { allText, faultsOfLetter, MEETING_CLAUSES, NOTICE_CLAUSES } from '../../documents/clauses.ts';
import { letterText, printDocument } from '../../documents/index.ts';
import { LETTERS } from '../../policy/vocabulary.ts';
import type { LetterPart, LetterText } from '../../cases/documents.ts';
import { letterSource, sourceHash } from './letter-source.ts';

test.each(LETTERS)('%s may be issued, and prints the same bytes twice, tagged', (letter) => {
  expect(faultsOfLetter(letter, letterText(letter))).toEqual([]);
  const source = letterSource(letter);
  const print = (): Buffer => printDocument({ template: 'letter/1', version: 1, source, sourceSha256: sourceHash(source) });
  const bytes = print();
  expect(print().equals(bytes)).toBe(true);
  expect(bytes.includes('pdfuaid')).toBe(true);
});

test('the first notice makes the seven statements of EC 48260.5 and says how to correct the record', () => {
  expect(Object.keys(NOTICE_CLAUSES).sort()).toEqual(['a', 'b', 'c', 'correct', 'd', 'e', 'f', 'g']);
  const text = letterText('letter-1');
  for (const clause of Object.keys(NOTICE_CLAUSES)) expect(faultsOfLetter('letter-1', without(text, clause)).join()).not.toBe('');
});

test('the invitation of Connecticut says that the parent is met and that services are coordinated', () => {
  const text = letterText('ct-truancy-meeting');
  for (const clause of Object.keys(MEETING_CLAUSES))
    expect(faultsOfLetter('ct-truancy-meeting', without(text, clause)).join()).not.toBe('');
});

test.each([
  ['letter-2', 'Connecticut law (General Statutes, section 10-198a) says so.'],
  ['ct-truancy-meeting', 'Education Code 48260 says so.'],
  ['ct-truancy-meeting', 'The School Attendance Review Board will hear you.'],
])('%s never cites the law of another state: “%s”', (letter, foreign) => {
  const text = letterText(letter);
  const faults = faultsOfLetter(letter, { ...text, paragraphs: [...text.paragraphs, { text: foreign }] });
  expect(faults.join()).toContain('that is the law of another state');
});

test.each(['You may be prosecuted.', 'A fine of $500 can follow.', 'Parents can go to jail.', 'This is a misdemeanor.'])(
  'no letter says “%s”',
  (threat) => {
    for (const letter of LETTERS) {
      const text = letterText(letter);
      expect(faultsOfLetter(letter, { ...text, paragraphs: [...text.paragraphs, { text: threat }] })).not.toEqual([]);
    }
  },
);

test('no letter mentions prosecution or jail', () => {
  for (const letter of LETTERS) expect(allText(letterText(letter))).not.toMatch(/prosecut|jail|court|police/i);
});

/** The text with every sentence that makes a statement taken away. */
function without(text: LetterText, clause: string): LetterText {
  const paragraphs = text.paragraphs.flatMap((part): LetterPart[] => {
    if ('bullets' in part) return [{ ...part, bullets: part.bullets.filter((b) => b.clause !== clause) }];
    return 'clause' in part && part.clause === clause ? [] : [part];
  });
  return { ...text, paragraphs };
}
