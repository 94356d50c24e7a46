import { firstNotPrinted, stepsOf } from './page.ts';

const PAGE = [
  'Words.',
  '```console',
  'npm start',
  '```',
  '```sh',
  'one',
  '```',
  '```text',
  'a  b',
  '',
  'c',
  '```',
  '```sh refused',
  'two \\',
  '  three',
  '```',
].join('\n');

describe('a page of commands', () => {
  test('is read as steps with what they print', () => {
    expect(stepsOf(PAGE)).toEqual([
      { line: 5, commands: 'one', refused: false, printed: ['a  b', 'c'] },
      { line: 13, commands: 'two \\\n  three', refused: true, printed: [] },
    ]);
  });

  test('is held to its words in their order, whatever the columns', () => {
    expect(firstNotPrinted(['a b', 'c'], 'x a    b\ny\nc')).toBeNull();
    expect(firstNotPrinted(['c', 'a b'], 'a b\nc')).toBe('a b');
  });
});
