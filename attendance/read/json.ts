import { isUtf8 } from 'node:buffer';
import type { Limits } from './limits.ts';
import { isObject, type FoundRecord } from './record.ts';
import { damaged } from './refusal.ts';
import { utf8Pieces } from './text.ts';
import { windows1252 } from './windows-1252.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;
/** The beginning of an object that only wraps lists of records: `{"students": [{`. */
const WRAPPER = /^\s*\{\s*"[^"]*"\s*:\s*\[\s*\{/;
/** No record of attendance has lists within lists to such a depth. */
const DEEPEST = 100;
/** What is needed of a file to know that beginning. */
const START = 1024;

/**
 * The records of a JSON file, one at a time: the objects of a list, of the lists in a wrapping object, or one after the other (as one
 * a line). A record that cannot be read, or is longer than the limit, costs itself.
 * @throws FileRefused when the file ends in the middle
 */
export async function* jsonRecords(
  name: string,
  bytes: AsyncIterable<Buffer>,
  limits: Pick<Limits, 'record' | 'piece'>,
): AsyncGenerator<FoundRecord> {
  const scan = new Scan(limits.record);
  let start: Buffer = Buffer.alloc(0);
  for await (const piece of utf8Pieces(bytes, limits)) {
    if (!scan.begun) {
      start = Buffer.concat([start, piece]);
      if (start.length < START) continue;
      yield* scan.begin(start);
    } else yield* scan.piece(piece);
  }
  if (!scan.begun) yield* scan.begin(start);
  if (scan.within()) throw damaged(name);
}

/** Finds where records begin and end by their braces alone; what is between them is read by `JSON.parse`. */
class Scan {
  begun = false;
  private depth = 0;
  /** Depth at which a brace opens a record. */
  private recordDepth = 0;
  private inString = false;
  private escaped = false;
  private place = 0;
  private inRecord = false;
  private parts: Buffer[] = [];
  private held = 0;
  private deepest = 0;

  constructor(private readonly longest: number) {}

  begin(start: Buffer): Generator<FoundRecord> {
    this.begun = true;
    const text = start.toString('utf8', 0, START);
    this.recordDepth = WRAPPER.test(text) ? 2 : /^\s*\[/.test(text) ? 1 : 0;
    return this.piece(start);
  }

  /** Is a record, or the list around it, still open? */
  within(): boolean {
    return this.depth !== 0 || this.inString;
  }

  *piece(bytes: Buffer): Generator<FoundRecord> {
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.inString = false;
      } else if (byte === QUOTE) this.inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (!this.inRecord && this.depth === this.recordDepth && byte === OPEN_BRACE) {
          this.inRecord = true;
          from = at;
        }
        this.depth += 1;
        this.deepest = Math.max(this.deepest, this.depth);
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        this.depth -= 1;
        if (this.inRecord && this.depth === this.recordDepth) {
          this.hold(bytes.subarray(from, at + 1));
          yield this.record();
        }
      } else if (!this.inRecord && this.depth === 0 && byte > SPACE && byte !== COMMA) {
        // Between records that follow one another nothing else may stand.
        this.depth = -1;
      }
      if (this.depth < 0) return;
    }
    if (this.inRecord) this.hold(bytes.subarray(from));
  }

  private hold(part: Buffer): void {
    this.held += part.length;
    if (this.held <= this.longest) this.parts.push(Buffer.from(part));
    else this.parts.length = Math.min(this.parts.length, 1);
  }

  private record(): FoundRecord {
    const bytes = Buffer.concat(this.parts);
    const tooLong = this.held > this.longest;
    this.parts = [];
    this.held = 0;
    this.inRecord = false;
    this.place += 1;
    const text = isUtf8(bytes) ? bytes.toString('utf8') : windows1252(bytes);
    const at = { place: this.place, type: null, text: text.slice(0, 200).replaceAll('\0', '\uFFFD') };
    const tooDeep = this.deepest > DEEPEST;
    this.deepest = 0;
    if (tooLong) return { ...at, problem: 'line-too-long' };
    if (tooDeep) return { ...at, problem: 'bad-record' };
    try {
      const record: unknown = JSON.parse(text);
      if (isObject(record)) return { place: this.place, type: null, record };
    } catch {
      // Told below.
    }
    return { ...at, problem: 'bad-record' };
  }
}
