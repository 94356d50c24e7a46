import fc from 'fast-check';
import { CsvFile } from '../../attendance/csv.ts';

const rows = (text: string | Buffer) => [...new CsvFile(Buffer.from(text)).rows()];

test('a bad line costs that line only', () => {
  const text = ['a,b,c', '1,2,3', '1,2', 'foo"x,2,3', '4,"5, five",6', '', '7,"8', '9,10,11', '12,"13",14,', '15,"say ""so""",17'].join(
    '\r\n',
  );
  expect(rows(text)).toEqual([
    { line: 2, fields: ['1', '2', '3'] },
    { line: 3, problem: 'wrong-number-of-fields', text: '1,2' },
    { line: 4, problem: 'bad-quoting', text: 'foo"x,2,3' },
    { line: 5, fields: ['4', '5, five', '6'] },
    { line: 7, problem: 'bad-quoting', text: '7,"8' },
    { line: 8, fields: ['9', '10', '11'] },
    { line: 9, problem: 'wrong-number-of-fields', text: '12,"13",14,' },
    { line: 10, fields: ['15', 'say "so"', '17'] },
  ]);
});

test('a quoted field may run over lines', () => {
  expect(rows('a,b\n1,"two\nlines"\n3,4\n')).toEqual([
    { line: 2, fields: ['1', 'two\nlines'] },
    { line: 4, fields: ['3', '4'] },
  ]);
});

test('a byte order mark is dropped, Latin-1 is read, a zero byte is refused', () => {
  expect(new CsvFile(Buffer.from('\uFEFFa,b\n')).header).toEqual(['a', 'b']);
  expect(rows(Buffer.from('a,b\n1,Pe\u00f1a\n', 'latin1'))).toEqual([{ line: 2, fields: ['1', 'Peña'] }]);
  expect(rows('a,b\n1,\0\n')).toMatchObject([{ line: 2, problem: 'bad-character' }]);
});

test('an empty file has no header and no rows', () => {
  expect(new CsvFile(Buffer.from('')).header).toEqual([]);
  expect(rows('')).toEqual([]);
});

test('every good row survives whatever bad lines stand between', () => {
  const good = fc.array(fc.string({ unit: fc.constantFrom('a', 'ß', ' ', ',', '"', '1') }), { minLength: 3, maxLength: 3 });
  const bad = fc.constantFrom('one,two', 'x"y,2,3', ',"open,2', '1,2,3,4');
  fc.assert(
    fc.property(fc.array(fc.oneof(good, bad), { maxLength: 2500, size: 'max' }), (lines) => {
      const text = [
        'a,b,c',
        ...lines.map((line) => (typeof line === 'string' ? line : line.map((field) => `"${field.replaceAll('"', '""')}"`).join(','))),
      ].join('\n');
      const read = rows(text);
      expect(read.flatMap((row) => ('fields' in row ? [row.fields] : []))).toEqual(lines.filter((line) => typeof line !== 'string'));
      expect(read.map((row) => row.line)).toEqual(lines.map((_, index) => index + 2));
    }),
    { seed: 4180, numRuns: 30 },
  );
});
