import { inflated } from './inflate.ts';
import type { Limits } from './limits.ts';
import { FileRefused } from './refusal.ts';
import type { SourceFile } from './source.ts';
import { zipEntries } from './zip.ts';

/** What a file is, by its first bytes; names and endings are not believed. */
const SIGNATURES: { kind: 'gzip' | 'zip' | 'workbook' | 'pdf'; bytes: number[] }[] = [
  { kind: 'gzip', bytes: [0x1f, 0x8b] },
  { kind: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  // An empty archive has only its end.
  { kind: 'zip', bytes: [0x50, 0x4b, 0x05, 0x06] },
  { kind: 'workbook', bytes: [0xd0, 0xcf, 0x11, 0xe0] },
  { kind: 'pdf', bytes: [0x25, 0x50, 0x44, 0x46] },
];

/**
 * The texts in a file: itself, or what it holds when it is packed. An archive gives its entries; an entry may be packed with gzip once
 * more, but an archive in an archive is not opened.
 * @throws FileRefused for what is no text and no such archive
 */
export async function* unpack(file: SourceFile, limits: Limits): AsyncGenerator<SourceFile> {
  const kind = await kindOf(file);
  if (kind !== 'zip') {
    yield textIn(file, kind, limits);
    return;
  }
  const entries = await zipEntries(file, limits);
  if (entries.length === 0) throw new FileRefused(file.name, 'this archive is empty; put the files into it and send it again.');
  for (const entry of entries) {
    const inner = await kindOf(entry);
    if (inner === 'zip') throw new FileRefused(entry.name, 'this is an archive within an archive; send the files in one archive only.');
    yield textIn(entry, inner, limits);
  }
}

function textIn(file: SourceFile, kind: Awaited<ReturnType<typeof kindOf>>, limits: Limits): SourceFile {
  switch (kind) {
    case 'workbook':
      throw new FileRefused(file.name, 'this is a workbook; open it and save the sheet as "CSV UTF-8", and send that.');
    case 'pdf':
      throw new FileRefused(file.name, 'this is a PDF, which cannot be read; export the same as CSV.');
    case 'gzip':
      return { name: file.name, open: () => inflated(file.name, file.open(), 'gzip', limits) };
    case 'zip':
    case null:
      return file;
  }
}

async function kindOf(file: SourceFile) {
  let start = Buffer.alloc(0);
  for await (const chunk of file.open()) {
    start = Buffer.concat([start, chunk.subarray(0, 4)]);
    if (start.length >= 4) break;
  }
  return SIGNATURES.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte))?.kind ?? null;
}
