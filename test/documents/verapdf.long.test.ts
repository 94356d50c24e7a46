import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printDocument } from '../../documents/index.ts';
import { letterSource, sourceHash } from './letter-source.ts';
import { asIfUnfinished, packetSource } from './packet-source.ts';
import { faultsAgainstUa1 } from './verapdf.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-verapdf-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function written(name: string, bytes: Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

test('veraPDF finds nothing against PDF/UA-1 in the letters', async () => {
  const files = ['letter-1', 'letter-2', 'letter-3'].map((letter) => {
    const source = letterSource(letter);
    return written(`${letter}.pdf`, printDocument({ template: 'letter/1', version: 1, source, sourceSha256: sourceHash(source) }));
  });
  expect(await faultsAgainstUa1(files)).toEqual([]);
});

test('veraPDF finds nothing against PDF/UA-1 in a packet, complete or not', async () => {
  const sources = {
    'habitual-truant': packetSource('habitual_truant'),
    'chronic-absentee': packetSource('chronic_absentee'),
    unfinished: asIfUnfinished(packetSource('habitual_truant')),
  };
  const files = Object.entries(sources).map(([name, source]) =>
    written(`${name}.pdf`, printDocument({ template: 'packet/1', version: 1, source, sourceSha256: sourceHash(source) })),
  );
  expect(await faultsAgainstUa1(files)).toEqual([]);
});

test('veraPDF is heard: a file without tags is reported', async () => {
  const bytes = printDocument({ template: 'letter/1', version: 1, source: letterSource('letter-1'), sourceSha256: 'a'.repeat(64) });
  const untagged = Buffer.from(bytes.toString('latin1').replace('/StructTreeRoot', '/StructTreeRxxt'), 'latin1');
  expect(await faultsAgainstUa1([written('untagged.pdf', untagged)])).not.toEqual([]);
});
