import fc from 'fast-check';
import { runs } from '../../world/runs.ts';
import { createDeflateRaw, createGzip, crc32 } from 'node:zlib';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readFiles } from '../../../attendance/read/index.ts';
import { LIMITS, type Limits } from '../../../attendance/read/limits.ts';
import { FileRefused } from '../../../attendance/read/refusal.ts';
import type { SourceFile } from '../../../attendance/read/source.ts';
import { readAll, sourceOf } from './world.ts';
import { zipOf } from './zip-maker.ts';

const MIB = 1024 * 1024;
/** What reading may hold, whatever comes. */
const MOST = 24 * MIB;
/** The limits, but for an expansion that is found out early, so that the test need not expand so much. */
const STRICT = { ...LIMITS, ratioFrom: 4 * MIB };

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is held in memory once everything that nobody needs has been let go. */
function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface Measured {
  rows: number;
  problems: Record<string, number>;
  refused: string | null;
  /** Bytes by which more was held at some moment of the reading than before it. */
  grown: number;
}

/** Reads a source to its end and counts, without keeping a row. */
async function measured(file: SourceFile, limits: Limits = LIMITS): Promise<Measured> {
  const before = held();
  const found: Measured = { rows: 0, problems: {}, refused: null, grown: 0 };
  let blocks = 0;
  try {
    for await (const one of readFiles([file], [], limits)) {
      for await (const block of one.blocks()) {
        found.rows += block.length;
        for (const row of block) if ('problem' in row) found.problems[row.problem] = (found.problems[row.problem] ?? 0) + 1;
        blocks += 1;
        if (blocks % 100 === 0 || blocks < 3) found.grown = Math.max(found.grown, held() - before);
      }
    }
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    found.refused = error.message;
  }
  return found;
}

/** The same bytes again and again. */
function repeated(name: string, start: string, bytes: Buffer, times: number): SourceFile {
  return {
    name,
    async *open() {
      yield Buffer.from(start);
      for (let n = 0; n < times; n++) yield await Promise.resolve(bytes);
    },
  };
}

test('whatever bytes come, the reader gives rows or a refusal, and every line is accounted for once', async () => {
  const starts = fc.constantFrom(
    '',
    'a,b\n',
    'PK\u0003\u0004',
    '\u001f\u008b\u0008',
    '[{',
    '{"a":',
    '<a>',
    '"',
    "'a','b'\n",
    '\uFEFF',
    'sep=;\n',
  );
  const bytes = fc.uint8Array({ maxLength: 3000, size: 'max' });
  const texts = fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r', 'a', '\0', "'", ';', '{', '}', '[', ']', '<', '>', 'é'),
    maxLength: 400,
    size: 'max',
  });
  const random = fc.oneof(
    bytes.map((all) => Buffer.from(all)),
    texts.map((all) => Buffer.from(all)),
    texts.map((all) => Buffer.from(all, 'utf16le')),
  );
  await fc.assert(
    fc.asyncProperty(starts, random, fc.integer({ min: 1, max: 4000 }), async (start, rest, chunk) => {
      const all = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
      const once = await readAll(sourceOf('x', all)).catch((error: unknown) => error);
      if (once instanceof FileRefused) return;
      const lines = (once as Awaited<ReturnType<typeof readAll>>).flatMap((file) => file.all.map((row) => row.line));
      expect(new Set(lines).size).toBe(lines.length);
      const cut = await readAll(sourceOf('x', all, chunk));
      expect(cut.map((file) => file.all)).toEqual((once as typeof cut).map((file) => file.all));
    }),
    { seed: 20251125, numRuns: runs(200, 2_000) },
  );
});

test('an archive with bits turned is read as it was or refused, never as something else', async () => {
  const content = Buffer.from(`a,b\n${Array.from({ length: 300 }, (_, n) => `${n},${n * 7919}\n`).join('')}`);
  const archive = zipOf([{ name: 'a.csv', content }]);
  const [whole] = await readAll(sourceOf('a.zip', archive));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 4, max: archive.length - 1 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const turned = Buffer.from(archive);
      turned[at]! ^= 1 << bit;
      const read = await readAll(sourceOf('a.zip', turned)).catch((error: unknown) => error);
      if (read instanceof FileRefused) return;
      expect((read as (typeof whole)[])[0]!.all).toEqual(whole!.all);
    }),
    { seed: 20251126, numRuns: runs(150, 1_500) },
  );
});

test('a line of 2 GB is rejected alone, in memory of a few megabytes', async () => {
  const { rows, problems, grown } = await measured(repeated('long.csv', 'a,b\n1,2\n3,', Buffer.alloc(4 * MIB, 'x'), 512));
  expect({ rows, problems }).toEqual({ rows: 2, problems: { 'line-too-long': 1 } });
  expect(grown).toBeLessThan(MOST);
});

test('quotes that are never closed cost no memory and no more than their own lines', async () => {
  const { rows, problems, grown } = await measured(repeated('open.csv', 'a,b\n', Buffer.from('1,"open\n'.repeat(50_000)), 4));
  expect(rows).toBe(200_000);
  // Every second quote closes the one before it, with letters after it that may not stand there.
  expect(problems['bad-quoting']).toBe(200_000);
  expect(grown).toBeLessThan(MOST);
});

test('a file of tens of millions of bytes is read in memory that does not grow with it', async () => {
  const line = '604822,255901001,,2021-08-31,daily,absent,Excused,1\n';
  const { rows, grown } = await measured(repeated('year.csv', 'a,b,c,d,e,f,g,h\n', Buffer.from(line.repeat(20_000)), 50));
  expect(rows).toBe(1_000_000);
  expect(grown).toBeLessThan(MOST);
});

test('a zip of a billion rows is refused before it fills anything', async () => {
  // A gigabyte of one row, packed a thousand to one, without ever being held; its directory tells the truth.
  const row = Buffer.from('1,2\n'.repeat(256 * 1024));
  const packer = createDeflateRaw({ level: 9 });
  const packed: Buffer[] = [];
  packer.on('data', (chunk: Buffer) => packed.push(chunk));
  let crc = 0;
  for (let n = 0; n < 128; n++) {
    crc = crc32(row, crc);
    if (!packer.write(row)) await once(packer, 'drain');
  }
  packer.end();
  await once(packer, 'end');
  const data = Buffer.concat(packed);
  const honest = zipOf([{ name: 'a.csv', content: data, stored: true, says: { method: 8, size: 128 * row.length, crc } }]);
  expect((await measured(sourceOf('bomb.zip', honest))).refused).toMatch(/^bomb\.zip: this file expands to far more/);
  // One that says it is small is found out while it expands.
  const liar = zipOf([{ name: 'a.csv', content: data, stored: true, says: { method: 8, size: 10 * MIB, crc } }]);
  const found = await measured(sourceOf('bomb.zip', liar));
  expect(found.refused).toMatch(/bomb\.zip\/a\.csv: this file is damaged/);
  expect(found.grown).toBeLessThan(MOST);
});

test('a gzip bomb is refused while it expands', async () => {
  const packer = createGzip({ level: 9 });
  const packed: Buffer[] = [];
  packer.on('data', (chunk: Buffer) => packed.push(chunk));
  for (let n = 0; n < 16; n++) if (!packer.write(Buffer.alloc(MIB, '1,2\n'))) await once(packer, 'drain');
  packer.end();
  await once(packer, 'end');
  const { refused, grown } = await measured(sourceOf('bomb.csv.gz', Buffer.concat(packed)), STRICT);
  expect(refused).toMatch(/^bomb\.csv\.gz: this file expands to far more/);
  expect(grown).toBeLessThan(MOST);
});

test('a row too many is refused', async () => {
  const file = sourceOf('many.csv', `a,b\n${'1,2\n'.repeat(1001)}`);
  await expect(readAll(file, { ...LIMITS, rows: 1000 })).rejects.toThrow('many.csv: this file has more rows than any export writes');
  expect((await readAll(file, { ...LIMITS, rows: 1001 }))[0]!.all).toHaveLength(1001);
});

test('a formula is data', async () => {
  const formulas = ["=cmd|'/c calc'!A0", '@SUM(1)', '+1', '-1', '=HYPERLINK(1)'];
  const [file] = await readAll(sourceOf('f.csv', `a,b\n${formulas.map((text) => `1,${text}\n`).join('')}`));
  expect(file!.all.map((row) => ('fields' in row ? row.fields[1] : null))).toEqual(formulas);
});
