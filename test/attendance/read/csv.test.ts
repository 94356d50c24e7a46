import fc from 'fast-check';
import { LIMITS } from '../../../attendance/read/limits.ts';
import { readAll, readRows, sourceOf } from './world.ts';

const headerOf = async (bytes: Buffer | string) => (await readAll(sourceOf('file.csv', bytes)))[0]!.header;

test('a bad line costs that line only', async () => {
  const text = ['a,b,c', '1,2,3', '1,2', 'foo"x,2,3', '4,"5, five",6', '', '7,"8', '9,10,11', '12,"13",14,', '15,"say ""so""",17'].join(
    '\r\n',
  );
  expect(await readRows(text)).toEqual([
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

test('a quoted field may run over lines, blank ones among them, and the lines after it keep their numbers', async () => {
  expect(await readRows('a,b\n1,"two\n\nlines"\n3,4\n')).toEqual([
    { line: 2, fields: ['1', 'two\n\nlines'] },
    { line: 5, fields: ['3', '4'] },
  ]);
});

test('a quote that stays open for more than twenty lines costs its own line, and the others are read', async () => {
  const rows = await readRows(['a,b', '1,"open', ...Array.from({ length: 30 }, (_, n) => `${n},x`)].join('\n'));
  expect(rows[0]).toEqual({ line: 2, problem: 'bad-quoting', text: '1,"open' });
  expect(rows.slice(1).every((row) => 'fields' in row)).toBe(true);
  expect(rows).toHaveLength(31);
});

test('lines may end with \\n, \\r\\n or \\r, also mixed, and are numbered alike', async () => {
  for (const chunk of [1, 2, 3, 1000]) {
    expect(await readRows('a,b\r\n1,2\r\n\r\n3,4\n\n5,6\r\n7,8', chunk)).toEqual([
      { line: 2, fields: ['1', '2'] },
      { line: 4, fields: ['3', '4'] },
      { line: 6, fields: ['5', '6'] },
      { line: 7, fields: ['7', '8'] },
    ]);
    expect(await readRows('a,b\r1,2\r3,4\r', chunk)).toEqual([
      { line: 2, fields: ['1', '2'] },
      { line: 3, fields: ['3', '4'] },
    ]);
  }
});

test('a byte order mark is dropped, and a zero byte is refused', async () => {
  expect(await headerOf(Buffer.from('\uFEFFa,b\n'))).toEqual(['a', 'b']);
  expect(await readRows('a,b\n1,\0\n2,3\n')).toEqual([
    { line: 2, problem: 'bad-character', text: '1,\uFFFD' },
    { line: 3, fields: ['2', '3'] },
  ]);
});

test('UTF-8, UTF-16 of both byte orders and Windows-1252 give the same names', async () => {
  const text = 'a,b\r\nPeña,Đặng\r\n“Zoë”,€\r\n';
  const utf16le = Buffer.from(`\uFEFF${text}`, 'utf16le');
  const expected = [
    { line: 2, fields: ['Peña', 'Đặng'] },
    { line: 3, fields: ['“Zoë”', '€'] },
  ];
  for (const bytes of [Buffer.from(text), utf16le, Buffer.from(utf16le).swap16()]) {
    for (const chunk of [1, 3, 1000]) expect(await readRows(bytes, chunk)).toEqual(expected);
  }
  // In Windows-1252 the bytes 80 to 9f are letters and signs; in Latin-1 they are control characters.
  const windows1252 = Buffer.from([
    0x61, 0x2c, 0x62, 0x0a, 0x93, 0x5a, 0x6f, 0xeb, 0x94, 0x2c, 0x80, 0x0a, 0x50, 0x65, 0xf1, 0x61, 0x2c, 0x8a,
  ]);
  expect(await readRows(windows1252)).toEqual([
    { line: 2, fields: ['“Zoë”', '€'] },
    { line: 3, fields: ['Peña', 'Š'] },
  ]);
});

test('a line of another encoding costs no other line its accents', async () => {
  const bytes = Buffer.concat([Buffer.from('a,b\nPeña,1\n'), Buffer.from('Muñoz,2\n', 'latin1'), Buffer.from('Zoë,3\n')]);
  expect(await readRows(bytes)).toEqual([
    { line: 2, fields: ['Peña', '1'] },
    { line: 3, fields: ['Muñoz', '2'] },
    { line: 4, fields: ['Zoë', '3'] },
  ]);
});

test('the delimiter is found by itself: comma, tab, semicolon, bar, or as the first line says', async () => {
  for (const delimiter of [',', '\t', ';', '|']) {
    const text = [
      ['Student', 'Name', 'Note'],
      ['1', '"Dyer, Ann"', ''],
      ['2', '"Lee; Bo|x"', 'y'],
    ]
      .map((fields) => fields.join(delimiter))
      .join('\n');
    expect(await readRows(text)).toEqual([
      { line: 2, fields: ['1', 'Dyer, Ann', ''] },
      { line: 3, fields: ['2', 'Lee; Bo|x', 'y'] },
    ]);
  }
  expect(await headerOf('sep=;\na,b;c\n1;2\n')).toEqual(['a,b', 'c']);
  expect(await readRows('sep=;\na,b;c\n1;2\n')).toEqual([{ line: 3, fields: ['1', '2'] }]);
});

test('names and values in apostrophes lose them; an apostrophe that is a letter stays', async () => {
  const text = "'NAME','NOTE','CODE'\n'Dyer, Ann','so','A'\nO'Brien,'Aumakua,B\n\"Lee, 'Bo'\",NULL,''\n";
  expect(await headerOf(text)).toEqual(['NAME', 'NOTE', 'CODE']);
  expect(await readRows(text)).toEqual([
    { line: 2, fields: ['Dyer, Ann', 'so', 'A'] },
    { line: 3, fields: ["O'Brien", "'Aumakua", 'B'] },
    { line: 4, fields: ["Lee, 'Bo'", 'NULL', ''] },
  ]);
});

test('an empty file has no header and no rows', async () => {
  for (const text of ['', '\n\n', '\uFEFF']) {
    expect(await headerOf(text)).toEqual([]);
    expect(await readRows(text)).toEqual([]);
  }
});

test('a line longer than any may be is rejected alone, and no more of it is held than its beginning', async () => {
  const long = 'x'.repeat(LIMITS.line + 1);
  const rows = await readRows(`a,b\n1,2\n3,${long}\n4,5\n${long},${long}\r\n6,7\n8,${long}`);
  expect(rows.map((row) => [row.line, 'problem' in row ? row.problem : row.fields.join()])).toEqual([
    [2, '1,2'],
    [3, 'line-too-long'],
    [4, '4,5'],
    [5, 'line-too-long'],
    [6, '6,7'],
    [7, 'line-too-long'],
  ]);
  expect(rows.every((row) => !('problem' in row) || row.text.length <= 200)).toBe(true);
});

test('every good row survives whatever bad lines stand between, wherever the bytes are cut', async () => {
  const good = fc.array(fc.string({ unit: fc.constantFrom('a', 'ß', ' ', ',', '"', '1') }), { minLength: 3, maxLength: 3 });
  const bad = fc.constantFrom('one,two', 'x"y,2,3', ',"open,2', '1,2,3,4');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(good, bad), { maxLength: 2500, size: 'max' }),
      fc.integer({ min: 7, max: 5000 }),
      async (lines, chunk) => {
        const text = [
          'a,b,c',
          ...lines.map((line) => (typeof line === 'string' ? line : line.map((field) => `"${field.replaceAll('"', '""')}"`).join(','))),
        ].join('\n');
        const read = await readRows(text, chunk);
        expect(read.flatMap((row) => ('fields' in row ? [row.fields] : []))).toEqual(lines.filter((line) => typeof line !== 'string'));
        expect(read.map((row) => row.line)).toEqual(lines.map((_, index) => index + 2));
      },
    ),
    { seed: 4180, numRuns: 30 },
  );
});
