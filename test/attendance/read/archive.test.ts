import { gzipSync } from 'node:zlib';
import { LIMITS } from '../../../attendance/read/limits.ts';
import { FileRefused } from '../../../attendance/read/refusal.ts';
import { readAll, sourceOf } from './world.ts';
import { zipOf } from './zip-maker.ts';

const csv = (word: string) => Buffer.from(`a,b\n1,${word}\n`);
const read = async (bytes: Buffer, chunk?: number) =>
  (await readAll(sourceOf('night.zip', bytes, chunk))).map(({ name, all }) => [
    name,
    all.map((row) => ('fields' in row ? row.fields[1] : null)),
  ]);
const refusal = async (bytes: Buffer, limits = LIMITS): Promise<string> => {
  const error: unknown = await readAll(sourceOf('night.zip', bytes), limits).catch((thrown: unknown) => thrown);
  if (!(error instanceof FileRefused)) throw new Error(`it was not refused, but gave ${JSON.stringify(error)}`);
  return error.message;
};

test('an archive gives the files in it, also from folders, packed or stored, with a comment or in zip64', async () => {
  const entries = [
    { name: 'attendance.csv', content: csv('x') },
    { name: '2025/august/', content: Buffer.alloc(0) },
    { name: '2025/august/attendance.csv', content: csv('y'), stored: true },
    { name: '__MACOSX/._attendance.csv', content: csv('no') },
  ];
  const expected = [
    ['night.zip/attendance.csv', ['x']],
    ['night.zip/2025/august/attendance.csv', ['y']],
  ];
  for (const archive of [zipOf(entries), zipOf(entries, { comment: 'nightly PK\u0005\u0006' }), zipOf(entries, { zip64: true })]) {
    for (const chunk of [1, 50, 100_000]) expect(await read(archive, chunk)).toEqual(expected);
  }
});

test('a source that can begin in the middle is read from there', async () => {
  const bytes = zipOf([
    { name: 'a.csv', content: csv('x') },
    { name: 'b.csv', content: csv('y') },
  ]);
  const from: number[] = [];
  const file = {
    ...sourceOf('night.zip', bytes),
    openAt: (offset: number) => {
      from.push(offset);
      return sourceOf('', bytes.subarray(offset)).open();
    },
  };
  expect((await readAll(file)).map(({ name }) => name)).toEqual(['night.zip/a.csv', 'night.zip/b.csv']);
  expect(from.some((offset) => offset > 0)).toBe(true);
});

test('a file packed with gzip is read, whatever it is called, also within an archive and in several members', async () => {
  expect(await read(gzipSync(csv('x')), 3)).toEqual([['night.zip', ['x']]]);
  expect(await read(Buffer.concat([gzipSync('a,b\n1,x\n'), gzipSync('2,y\n')]))).toEqual([['night.zip', ['x', 'y']]]);
  expect(await read(zipOf([{ name: 'a.csv.gz', content: gzipSync(csv('x')) }]))).toEqual([['night.zip/a.csv.gz', ['x']]]);
});

test('names in an archive are labels: none leads out of a folder, and two files of one name are told apart', async () => {
  const names = ['../../etc/passwd', '/etc/passwd', 'C:\\Windows\\system.ini', '..\\..\\a.csv', 'a\u0000\n.csv', '..', 'etc/passwd'];
  const read_ = await read(zipOf(names.map((name) => ({ name, content: csv('x') }))));
  expect(read_.map(([name]) => name)).toEqual([
    'night.zip/etc/passwd',
    'night.zip/etc/passwd (2)',
    'night.zip/Windows/system.ini',
    'night.zip/a.csv',
    'night.zip/a.csv (2)',
    'night.zip/unnamed',
    'night.zip/etc/passwd (3)',
  ]);
});

test('what is no text, or cannot be opened, is refused with what to do instead', async () => {
  expect(await refusal(zipOf([]))).toMatch(/^night\.zip: this archive is empty/);
  expect(await refusal(zipOf([{ name: 'a.csv', content: csv('x'), says: { flags: 1 } }]))).toMatch(
    /a\.csv: this file is protected by a password/,
  );
  expect(await refusal(zipOf([{ name: 'a.csv', content: csv('x'), says: { method: 9 } }]))).toMatch(/a\.csv: this file is packed in a way/);
  expect(await refusal(zipOf([{ name: 'b.zip', content: zipOf([{ name: 'a.csv', content: csv('x') }]) }]))).toMatch(
    /archive within an archive/,
  );
  expect(await refusal(zipOf([{ name: '[Content_Types].xml', content: csv('x') }]))).toMatch(/this is a workbook/);
  expect(await refusal(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]))).toMatch(/this is a workbook/);
  expect(await refusal(Buffer.from('%PDF-1.7'))).toMatch(/this is a PDF/);
});

test('an archive that lies about what it holds is refused', async () => {
  const content = Buffer.from(`a,b\n${'1,x\n'.repeat(1000)}`);
  const one = (says: object) => zipOf([{ name: 'a.csv', content, says }]);
  for (const archive of [one({ crc: 1 }), one({ size: 50 }), one({ size: 5000 }), one({ packed: 10 }), one({ offset: 3 })]) {
    expect(await refusal(archive)).toMatch(/this file is damaged or incomplete/);
  }
  // Two entries that are the same bytes: so a small archive can claim any size.
  const twice = zipOf([
    { name: 'a.csv', content },
    { name: 'b.csv', content, says: { offset: 0 } },
  ]);
  expect(await refusal(twice)).toMatch(/damaged/);
  expect(await refusal(zipOf([{ name: 'a.csv', content, says: { size: 2 ** 40 } }], { zip64: true }))).toMatch(/expands to far more/);
  expect(
    await refusal(
      zipOf([
        { name: 'a.csv', content },
        { name: 'b.csv', content },
      ]),
      { ...LIMITS, entries: 1 },
    ),
  ).toMatch(/more than 1 files/);
});

test('a truncated archive or packed file is refused, wherever it was cut', async () => {
  const content = Buffer.from(`a,b\n${Array.from({ length: 2000 }, (_, n) => `${n},${n * 7919}\n`).join('')}`);
  const zip = zipOf([{ name: 'a.csv', content }]);
  const gzip = gzipSync(content);
  for (let share = 1; share < 20; share++) {
    expect(await refusal(zip.subarray(0, 4 + Math.floor(((zip.length - 4) * share) / 20)))).toMatch(/damaged or incomplete/);
    expect(await refusal(gzip.subarray(0, 4 + Math.floor(((gzip.length - 4) * share) / 20)))).toMatch(/damaged or incomplete/);
  }
});
