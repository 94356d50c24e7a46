import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';

/** A line of a CSV file: its fields, or why it cannot be read. `line` counts from 1, the header's line included. */
export type CsvLine =
  | { line: number; fields: string[] }
  | {
      line: number;
      problem: 'wrong-number-of-fields' | 'bad-quoting' | 'bad-character';
      text: string;
    };

/** Lines that are parsed at once; one bad line makes only its own block slow. */
const BLOCK = 1000;
/** A quoted field may run over so many lines; a quote that stays open longer is a slip, and its line is rejected alone. */
const LONGEST_RECORD = 20;

/**
 * Reads a CSV file so that a bad line costs that line only. A row must have as many fields as the header. When a quote is not closed,
 * only the line it stands on is given up and reading goes on with the next one, so that a slip never swallows the rest of the file.
 * A byte order mark is dropped; a file that is not UTF-8 is read as Latin-1, as older exports are.
 */
export class CsvFile {
  readonly header: string[];
  private readonly lines: { line: number; text: string }[];

  constructor(bytes: Buffer) {
    const text = (isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1')).replace(/^\uFEFF/, '');
    this.lines = text
      .split(/\r\n|\n|\r/)
      .map((content, index) => ({ line: index + 1, text: content }))
      .filter((line) => line.text.trim() !== '');
    const first = this.lines.shift();
    this.header = (first && fieldsOf(first.text)) || [];
  }

  /** The rows after the header, in order. Blank lines are no rows. */
  *rows(): Generator<CsvLine> {
    for (let start = 0; start < this.lines.length; start += BLOCK) {
      const block = this.lines.slice(start, start + BLOCK);
      const records = this.block(block.map((line) => line.text));
      if (records) {
        for (const [index, fields] of records.entries()) yield { line: block[index]!.line, fields };
      } else {
        // A record may run over the block's end, and then takes lines of the next one with it.
        let at = start;
        while (at < Math.min(start + BLOCK, this.lines.length)) {
          const { row, taken } = this.record(at);
          yield row;
          at += taken;
        }
        start = at - BLOCK;
      }
    }
  }

  /** All lines at once, if each is one good record. */
  private block(texts: string[]): string[][] | null {
    const text = texts.join('\n');
    if (text.includes('\0')) return null;
    try {
      const records = text.includes('"')
        ? parse(text, { relax_column_count: true, record_delimiter: '\n' })
        : texts.map((line) => line.split(','));
      return records.length === texts.length && records.every((fields) => fields.length === this.header.length) ? records : null;
    } catch {
      return null;
    }
  }

  /** One record that begins on the given line. */
  private record(at: number): { row: CsvLine; taken: number } {
    const { line, text } = this.lines[at]!;
    const reject = (problem: 'wrong-number-of-fields' | 'bad-quoting' | 'bad-character') => ({ row: { line, problem, text }, taken: 1 });
    let joined = text;
    for (let taken = 1; taken <= LONGEST_RECORD; taken++) {
      const fields = fieldsOf(joined);
      if (fields?.some((field) => field.includes('\0'))) {
        return {
          row: {
            line,
            problem: 'bad-character',
            text: text.replaceAll('\0', '\uFFFD'),
          },
          taken: 1,
        };
      }
      if (fields?.length === this.header.length) return { row: { line, fields }, taken };
      if (fields) return reject(taken === 1 ? 'wrong-number-of-fields' : 'bad-quoting');
      const next = this.lines[at + taken];
      if (next === undefined || !openQuote(joined)) break;
      joined += `\n${next.text}`;
    }
    return reject('bad-quoting');
  }
}

/** The fields of one record, or null when its quotes are wrong or open. */
function fieldsOf(text: string): string[] | null {
  if (!text.includes('"')) return text.split(',');
  try {
    const records = parse(text, {
      relax_column_count: true,
      record_delimiter: '\u0000',
    });
    return records.length === 1 ? records[0]! : null;
  } catch {
    return null;
  }
}

/** An odd number of quotes: the last one is still open, and the record may go on in the next line. */
function openQuote(text: string): boolean {
  return (text.split('"').length - 1) % 2 === 1;
}
