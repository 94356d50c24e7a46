import { allText, faultsOfLetter, MEETING_CLAUSES, NOTICE_CLAUSES } from '../../documents/clauses.ts';
import { letterText, printDocument } from '../../documents/index.ts';
import { letterModel } from '../../documents/letters.ts';
import { LETTERS } from '../../policy/vocabulary.ts';
import type { LetterPart, LetterSource, LetterText } from '../../cases/documents.ts';
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

test.each(LETTERS)('%s says “you” to a student who is of age, and “your child” to parents alone', (letter) => {
  const alone: LetterSource['recipients'] = [{ contact: null, name: 'Sofía Núñez', address: ['263 New Street', 'Grand Bend, TX 78834'] }];
  const said = (change: Partial<LetterSource>): string => {
    const { greeting, parts } = letterModel(letterSource(letter, change), 'x');
    return JSON.stringify([greeting, parts.filter((part) => !('events' in part))]);
  };
  expect(said({ recipients: alone })).not.toMatch(/your child|parent or guardian of|and Sofía|Sofía Núñez (is|was)|miss Sofía/i);
  expect(said({ recipients: alone })).toContain('Dear Sofía Núñez');
  expect(said({})).toMatch(/your child|Sofía Núñez (is|was)|and Sofía/);
});

test('what is said to a student of age is held to the same rules', () => {
  const text = letterText('letter-2');
  const threat = { text: 'We will help.', ofAge: 'You may be prosecuted.' };
  expect(faultsOfLetter('letter-2', { ...text, paragraphs: [...text.paragraphs, threat] }).join()).toContain('prosecuted');
  const silent = text.paragraphs.map((part) => ('clause' in part && part.clause === 'correct' ? { ...part, ofAge: 'Goodbye.' } : part));
  expect(faultsOfLetter('letter-2', { ...text, paragraphs: silent }).join()).toContain('how to have the record corrected');
});

/** The text with every sentence that makes a statement taken away. */
function without(text: LetterText, clause: string): LetterText {
  const paragraphs = text.paragraphs.flatMap((part): LetterPart[] => {
    if ('bullets' in part) return [{ ...part, bullets: part.bullets.filter((b) => b.clause !== clause) }];
    return 'clause' in part && part.clause === clause ? [] : [part];
  });
  return { ...text, paragraphs };
}
