import { crc32 } from 'node:zlib';
import { inflated, tooLarge } from './inflate.ts';
import type { Limits } from './limits.ts';
import { damaged, FileRefused } from './refusal.ts';
import type { SourceFile } from './source.ts';

/**
 * The entries of a zip archive, zip64 included, read by its directory, which stands at the end. Sources give their bytes in order, so
 * that the archive is passed over once to find the directory; an entry is then read from where it lies. Names are labels only.
 */
interface Entry {
  name: string;
  method: number;
  encrypted: boolean;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

const END = 0x06054b50;
const END_SIZE = 22;
const LOCATOR = 0x07064b50;
const LOCATOR_SIZE = 20;
const END64 = 0x06064b50;
const END64_SIZE = 56;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
/** The directory's end may be followed by a comment of up to 64 KiB. */
const TAIL = END_SIZE + 0xffff + LOCATOR_SIZE;
/** Of a directory entry: fixed part, and at most so much of name and fields after it. */
const MOST_OF_DIRECTORY = 4096;
const STORED = 0;
const DEFLATED = 8;

/**
 * The files in an archive, named `archive.zip/entry.csv`, in the order of the directory.
 * @throws FileRefused if it is damaged, encrypted, no archive of files that can be read, or larger than the limits allow
 */
export async function zipEntries(file: SourceFile, limits: Limits): Promise<SourceFile[]> {
  const { tail, size } = await tailOf(file);
  const { count, start, length } = await directoryOf(file, tail, size);
  if (count > limits.entries) throw new FileRefused(file.name, `this archive holds more than ${limits.entries} files; send fewer at once.`);
  if (length > count * MOST_OF_DIRECTORY || start + length > size) throw damaged(file.name);
  const entries = entriesIn(file.name, await bytesAt(file, start, length), count);
  if (entries.some(({ name }) => name === '[Content_Types].xml')) {
    throw new FileRefused(file.name, 'this is a workbook; open it and save the sheet as "CSV UTF-8", and send that.');
  }
  const expanded = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (expanded > limits.expanded || (expanded > limits.ratioFrom && expanded > size * limits.ratio)) throw tooLarge(file.name);
  let before = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    // Entries that lie upon one another are how a small archive claims to hold petabytes.
    if (entry.offset < before) throw damaged(file.name);
    before = entry.offset + LOCAL_SIZE + entry.packed;
  }
  const names = new Map<string, number>();
  return entries
    .filter(({ name }) => !/(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$)|\/$/.test(name.replaceAll('\\', '/')))
    .map((entry) => {
      const label = labelOf(entry.name);
      const again = (names.get(label) ?? 0) + 1;
      names.set(label, again);
      const name = `${file.name}/${label}${again === 1 ? '' : ` (${again})`}`;
      return { name, open: () => contentOf(file, name, entry, limits) };
    });
}

/** What of an entry's name is told to people: no way out of a folder, no drive, no control character. */
function labelOf(name: string): string {
  const parts = name
    .replace(/\p{Cc}/gu, '')
    .split(/[/\\]/)
    .filter((part) => !['', '.', '..'].includes(part) && !/^[A-Za-z]:$/.test(part));
  return parts.join('/').slice(-200) || 'unnamed';
}

async function* contentOf(file: SourceFile, name: string, entry: Entry, limits: Limits): AsyncGenerator<Buffer> {
  if (entry.encrypted) throw new FileRefused(name, 'this file is protected by a password; send it without one.');
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw new FileRefused(name, 'this file is packed in a way that is not read here; pack it as an ordinary zip, or send it unpacked.');
  }
  const header = await bytesAt(file, entry.offset, LOCAL_SIZE);
  if (header.length < LOCAL_SIZE || header.readUInt32LE(0) !== LOCAL) throw damaged(name);
  const start = entry.offset + LOCAL_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = rangeOf(file, start, entry.packed);
  const content = entry.method === STORED ? packed : inflated(name, packed, 'deflate-raw', limits);
  let crc = 0;
  let size = 0;
  for await (const chunk of content) {
    crc = crc32(chunk, crc);
    size += chunk.length;
    if (size > entry.size) throw damaged(name);
    yield chunk;
  }
  if (size !== entry.size || crc !== entry.crc) throw damaged(name);
}

/** The last bytes of a source, and how many it has. */
async function tailOf(file: SourceFile): Promise<{ tail: Buffer; size: number }> {
  let tail = Buffer.alloc(0);
  let size = 0;
  for await (const chunk of file.open()) {
    size += chunk.length;
    tail = Buffer.from(chunk.length >= TAIL ? chunk.subarray(-TAIL) : Buffer.concat([tail, chunk]).subarray(-TAIL));
  }
  return { tail, size };
}

async function directoryOf(file: SourceFile, tail: Buffer, size: number): Promise<{ count: number; start: number; length: number }> {
  let at = tail.length - END_SIZE;
  while (at >= 0 && !(tail.readUInt32LE(at) === END && at + END_SIZE + tail.readUInt16LE(at + 20) === tail.length)) at -= 1;
  if (at < 0) throw damaged(file.name);
  const found = { count: tail.readUInt16LE(at + 10), length: tail.readUInt32LE(at + 12), start: tail.readUInt32LE(at + 16) };
  if (found.count !== 0xffff && found.length !== 0xffffffff && found.start !== 0xffffffff) return found;
  const locator = at - LOCATOR_SIZE;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR) throw damaged(file.name);
  const end64 = safe(file.name, tail.readBigUInt64LE(locator + 8));
  if (end64 > size) throw damaged(file.name);
  const record = await bytesAt(file, end64, END64_SIZE);
  if (record.length < END64_SIZE || record.readUInt32LE(0) !== END64) throw damaged(file.name);
  return {
    count: safe(file.name, record.readBigUInt64LE(32)),
    length: safe(file.name, record.readBigUInt64LE(40)),
    start: safe(file.name, record.readBigUInt64LE(48)),
  };
}

function entriesIn(archive: string, directory: Buffer, count: number): Entry[] {
  const entries: Entry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== DIRECTORY) throw damaged(archive);
    const flags = directory.readUInt16LE(at + 8);
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    const entry = {
      name: directory.toString('utf8', at + 46, nameEnd),
      method: directory.readUInt16LE(at + 10),
      encrypted: (flags & 1) === 1,
      crc: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    };
    if (extraEnd > directory.length) throw damaged(archive);
    readZip64(archive, entry, directory.subarray(nameEnd, extraEnd));
    entries.push(entry);
    at = extraEnd + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Sizes of 4 GiB and more stand in an extra field, in this order, each only where the plain field is full. */
function readZip64(archive: string, entry: Entry, extra: Buffer): void {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let field = at + 4;
    for (const key of ['size', 'packed', 'offset'] as const) {
      if (entry[key] !== 0xffffffff) continue;
      if (field + 8 > extra.length) throw damaged(archive);
      entry[key] = safe(archive, extra.readBigUInt64LE(field));
      field += 8;
    }
    return;
  }
}

function safe(archive: string, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(archive);
  return Number(value);
}

async function bytesAt(file: SourceFile, start: number, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of rangeOf(file, start, length)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** So many bytes of a source from an offset on; fewer where it ends before. */
async function* rangeOf(file: SourceFile, start: number, length: number): AsyncGenerator<Buffer> {
  let skip = file.openAt ? 0 : start;
  let left = length;
  if (left === 0) return;
  for await (const chunk of file.openAt ? file.openAt(start) : file.open()) {
    const wanted = chunk.subarray(Math.min(skip, chunk.length), skip + left);
    skip = Math.max(0, skip - chunk.length);
    left -= wanted.length;
    if (wanted.length > 0) yield wanted;
    if (left === 0) return;
  }
}
