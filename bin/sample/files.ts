import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { csvField } from '../../store/csv.ts';

/** What lies before, between and after the rows of a file. */
export interface Frame {
  head: string;
  between: string;
  tail: string;
}

export const csvFrame = (columns: readonly string[]): Frame => ({ head: `${columns.join(',')}\n`, between: '\n', tail: '\n' });
export const jsonFrame: Frame = { head: '[\n', between: ',\n', tail: '\n]\n' };

interface Open {
  file: string;
  frame: Frame;
  /** Rows not on disk yet. */
  waiting: string[];
  size: number;
  rows: number;
}

/** A file's rows go to disk when so many characters wait, and all files' when so many wait together. */
const FILE_FULL = 1 << 16;
const ALL_FULL = 1 << 25;

/** Many files that are written side by side, row by row, in bounded memory. */
export class Files {
  private readonly files = new Map<string, Open>();
  private waiting = 0;

  constructor(private readonly folder: string) {}

  /** Makes a file though it may stay without rows. */
  open(name: string, frame: Frame): void {
    this.at(name, frame);
  }

  row(name: string, frame: Frame, text: string): void {
    const open = this.at(name, frame);
    open.waiting.push(text);
    open.size += text.length;
    open.rows += 1;
    this.waiting += text.length;
    if (open.size >= FILE_FULL) this.flush(open);
    if (this.waiting >= ALL_FULL) for (const each of this.files.values()) this.flush(each);
  }

  /** Ends every file. @returns how many files and rows there are */
  close(): { files: number; rows: number } {
    let rows = 0;
    for (const open of this.files.values()) {
      this.flush(open);
      if (open.rows > 0 || open.frame === jsonFrame) appendFileSync(open.file, open.frame.tail);
      rows += open.rows;
    }
    return { files: this.files.size, rows };
  }

  private at(name: string, frame: Frame): Open {
    const known = this.files.get(name);
    if (known) return known;
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, frame.head);
    const open = { file, frame, waiting: [], size: 0, rows: 0 };
    this.files.set(name, open);
    return open;
  }

  private flush(open: Open): void {
    if (open.waiting.length === 0) return;
    const first = open.rows === open.waiting.length;
    appendFileSync(open.file, `${first ? '' : open.frame.between}${open.waiting.join(open.frame.between)}`);
    this.waiting -= open.size;
    open.waiting = [];
    open.size = 0;
  }
}

/** A field of a CSV file, quoted where it must be. */
export function field(value: string | boolean): string {
  return csvField(String(value));
}
