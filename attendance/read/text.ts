import { isUtf8 } from 'node:buffer';
import type { Limits } from './limits.ts';
import { windows1252 } from './windows-1252.ts';

/** Whole lines of a text, in order, without the last line's end. */
export interface Block {
  /** Number of the first line in it, from 1. */
  first: number;
  /** Lines end with `\n` alone, whatever they ended with in the file. */
  text: string;
  /** True when the block is the beginning of one line that is longer than any may be; the rest of that line is passed over. */
  cut: boolean;
}

/** So much of an overlong line is kept, for the person who looks for it. */
const HEAD_OF_CUT = 200;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Decodes bytes into blocks of whole lines, in memory that does not depend on the file. A byte order mark says UTF-8 or UTF-16 and is
 * dropped. Without one a line is UTF-8 if it can be, and else Windows-1252, as older exports are; one broken line so costs no other
 * line its accents.
 */
export async function* blocksOf(bytes: AsyncIterable<Buffer>, limits: Pick<Limits, 'line' | 'piece'>): AsyncGenerator<Block> {
  let first = 1;
  let rest: Buffer | null = null;
  /** The beginning of an overlong line that is being passed over. */
  let passing: Buffer | null = null;
  for await (let piece of utf8Pieces(bytes, limits)) {
    if (passing) {
      const end = lineEnd(piece, false);
      if (end === null) continue;
      yield { first, text: head(passing), cut: true };
      first += 1;
      passing = null;
      piece = piece.subarray(end);
    }
    const joined: Buffer = rest ? Buffer.concat([rest, piece]) : piece;
    rest = null;
    let from = 0;
    // Only a line that was begun earlier can be longer than a piece.
    if (joined.length > limits.line) {
      const end = lineEnd(joined, false);
      if (end === null) {
        passing = Buffer.from(joined.subarray(0, HEAD_OF_CUT));
        continue;
      }
      if (end > limits.line) {
        yield { first, text: head(joined), cut: true };
        first += 1;
        from = end;
      }
    }
    const last = lineEnd(joined, true) ?? 0;
    if (last > from) {
      const text = textOf(withoutEnd(joined.subarray(from, last)));
      yield { first, text, cut: false };
      first += countLines(text);
      from = last;
    }
    if (from < joined.length) rest = joined.subarray(from);
  }
  if (passing) yield { first, text: head(passing), cut: true };
  if (rest) yield { first, text: textOf(withoutEnd(rest)), cut: false };
}

/**
 * Where the first or the last line of the bytes ends: the offset after its `\n`, or after a `\r` that no `\n` can follow. Null when no
 * line is known to end here.
 */
function lineEnd(bytes: Buffer, last: boolean): number | null {
  const lf = last ? bytes.lastIndexOf(LF) : bytes.indexOf(LF);
  if (last && lf !== -1) return lf + 1;
  // Files of lines that end with `\r` alone; a final one may be half of `\r\n`.
  const within = bytes.subarray(0, bytes.length - 1);
  const cr = last ? within.lastIndexOf(CR) : within.indexOf(CR);
  if (lf === -1) return cr === -1 ? null : cr + 1;
  return cr === -1 || cr === lf - 1 || cr > lf ? lf + 1 : cr + 1;
}

function head(line: Buffer): string {
  return line.toString('utf8', 0, HEAD_OF_CUT).split(/[\r\n]/, 1)[0]!;
}

/** The bytes without the end of their last line. */
function withoutEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  if (bytes[end - 1] === LF) end -= 1;
  if (bytes[end - 1] === CR) end -= 1;
  return bytes.subarray(0, end);
}

function textOf(bytes: Buffer): string {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : lineByLine(bytes);
  if (!text.includes('\r')) return text;
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
}

function lineByLine(bytes: Buffer): string {
  const lines: string[] = [];
  let from = 0;
  while (from <= bytes.length) {
    const end = bytes.indexOf(LF, from);
    const line = bytes.subarray(from, end === -1 ? bytes.length : end);
    lines.push(isUtf8(line) ? line.toString('utf8') : windows1252(line));
    if (end === -1) break;
    from = end + 1;
  }
  return lines.join('\n');
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/**
 * The bytes in pieces of one size, wherever the source cuts them, so that nothing depends on that. Without a byte order mark, and in
 * UTF-8 if they were UTF-16.
 */
export function utf8Pieces(bytes: AsyncIterable<Buffer>, limits: Pick<Limits, 'piece'>): AsyncGenerator<Buffer> {
  return utf8(pieces(bytes, limits.piece));
}

async function* pieces(bytes: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let held = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + size - held);
      parts.push(part);
      held += part.length;
      at += part.length;
      if (held < size) continue;
      yield parts.length === 1 ? part : Buffer.concat(parts);
      parts = [];
      held = 0;
    }
  }
  if (held > 0) yield Buffer.concat(parts);
}

const MARKS: { mark: number[]; encoding: 'utf-8' | 'utf-16le' | 'utf-16be' }[] = [
  { mark: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
];

async function* utf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer | null = Buffer.alloc(0);
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  for await (const piece of bytes) {
    let now: Buffer = piece;
    if (start) {
      now = start.length === 0 ? piece : Buffer.concat([start, piece]);
      if (now.length < 3) {
        start = now;
        continue;
      }
      ({ decoder, rest: now } = afterMark(now));
      start = null;
    }
    if (now.length > 0) yield decoder ? Buffer.from(decoder.decode(now, { stream: true })) : now;
  }
  if (start && start.length > 0) {
    const { decoder: own, rest } = afterMark(start);
    yield own ? Buffer.from(own.decode(rest)) : rest;
  }
  const tail = decoder?.decode() ?? '';
  if (tail !== '') yield Buffer.from(tail);
}

function afterMark(bytes: Buffer): { decoder: InstanceType<typeof TextDecoder> | null; rest: Buffer } {
  const found = MARKS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  if (!found) return { decoder: null, rest: bytes };
  const rest = bytes.subarray(found.mark.length);
  return { decoder: found.encoding === 'utf-8' ? null : new TextDecoder(found.encoding, { ignoreBOM: true }), rest };
}
