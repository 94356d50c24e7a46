import type { Dialect } from './dialect.ts';
import type { Limits } from './limits.ts';
import type { Block } from './text.ts';

/** Why a line cannot be read. */
export type LineProblem = 'wrong-number-of-fields' | 'bad-quoting' | 'bad-character' | 'line-too-long' | 'bad-record' | 'other-record';

/** A row of a file: its fields, or why it cannot be read. `line` counts from 1, the header's line included. */
export type CsvLine = { line: number; fields: string[] } | { line: number; problem: LineProblem; text: string };

/**
 * Splits blocks of lines into rows, so that a bad line costs that line only. A row must have as many fields as the header. When a quote
 * is not closed, only the line it stands on is given up and reading goes on with the next one, so that a slip never swallows the rest
 * of the file. Blank lines are no rows.
 */
export class CsvRows {
  /** Lines of a record that is still open at the end of a block, and the number of the first. */
  private open: string[] = [];
  private openFrom = 0;

  /** @param width fields of a row; null takes rows of any width, to read a header */
  constructor(
    private readonly dialect: Dialect,
    private readonly width: number | null,
    private readonly limits: Pick<Limits, 'recordLines'>,
  ) {}

  /** The rows that end in this block. */
  rows(block: Block): CsvLine[] {
    if (block.cut) return [...this.end(), { line: block.first, problem: 'line-too-long', text: printable(block.text) }];
    if (this.open.length === 0 && !this.dialect.mayQuote(block.text) && !block.text.includes('\0')) return this.plain(block);
    const lines = block.text.split('\n');
    if (this.open.length === 0) return this.records(lines, block.first, false);
    return this.records([...this.open, ...lines], this.openFrom, false);
  }

  /** The rows of what is still open when nothing more comes. */
  end(): CsvLine[] {
    return this.records(this.open, this.openFrom, true);
  }

  /** A block without a quote: each line is a row. */
  private plain(block: Block): CsvLine[] {
    const { delimiter } = this.dialect;
    const rows: CsvLine[] = [];
    let line = block.first;
    for (const text of block.text.split('\n')) {
      const fields = text.split(delimiter);
      if (fields.length === this.width) rows.push({ line, fields });
      else if (text.trim() !== '') rows.push(this.judged(line, text, fields));
      line += 1;
    }
    return rows;
  }

  private records(lines: string[], first: number, final: boolean): CsvLine[] {
    const rows: CsvLine[] = [];
    this.open = [];
    let at = 0;
    while (at < lines.length) {
      if (lines[at]!.trim() === '') {
        at += 1;
        continue;
      }
      const record = this.record(lines, at, first + at, final);
      if (record === null) {
        this.open = lines.slice(at);
        this.openFrom = first + at;
        break;
      }
      rows.push(record.row);
      at += record.taken;
    }
    return rows;
  }

  /** One record that begins on the given line; null when it needs lines that have not come yet. */
  private record(lines: string[], at: number, line: number, final: boolean): { row: CsvLine; taken: number } | null {
    const text = lines[at]!;
    const reject = (problem: LineProblem) => ({ row: { line, problem, text: printable(text) }, taken: 1 });
    if (text.includes('\0')) return reject('bad-character');
    if (!this.dialect.mayQuote(text)) return { row: this.judged(line, text, text.split(this.dialect.delimiter)), taken: 1 };
    let joined = text;
    let taken = 1;
    for (;;) {
      const fields = this.dialect.split(joined);
      if (fields === 'bad') return reject('bad-quoting');
      if (fields !== 'open') {
        if (this.width === null || fields.length === this.width) return { row: { line, fields }, taken };
        return reject(taken === 1 ? 'wrong-number-of-fields' : 'bad-quoting');
      }
      // The lines up to the next one that can close the quote belong to the field.
      let next: string;
      do {
        if (taken === this.limits.recordLines) return reject('bad-quoting');
        if (at + taken === lines.length) return final ? reject('bad-quoting') : null;
        next = lines[at + taken]!;
        if (next.includes('\0')) return reject('bad-quoting');
        joined += `\n${next}`;
        taken += 1;
      } while (!this.dialect.mayQuote(next));
    }
  }

  private judged(line: number, text: string, fields: string[]): CsvLine {
    if (this.width === null || fields.length === this.width) return { line, fields };
    return { line, problem: 'wrong-number-of-fields', text };
  }
}

/** PostgreSQL's text has no zero byte. */
function printable(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
