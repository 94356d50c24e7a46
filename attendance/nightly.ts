import { createReadStream } from 'node:fs';
import path from 'node:path';
import { readFiles } from './read/index.ts';
import type { Day } from './school-year.ts';

/**
 * The attendance of a sample district, cut into the files that its information system would have sent night by night. Rows lie on
 * the date they speak of, also those on a Sunday.
 */
export class NightlyFiles {
  private byDay: Promise<{ header: string; rows: Map<Day, string[]> }> | null = null;

  /** @param directory of the sample, with an `attendance.csv` in it */
  constructor(private readonly directory: string) {}

  /** The file of a day: header and rows. */
  async file(day: Day): Promise<{ bytes: Buffer; rows: number }> {
    this.byDay ??= this.read();
    const { header, rows } = await this.byDay;
    const lines = rows.get(day) ?? [];
    return {
      bytes: Buffer.from([header, ...lines, ''].join('\n')),
      rows: lines.length,
    };
  }

  private async read(): Promise<{ header: string; rows: Map<Day, string[]> }> {
    const name = 'attendance.csv';
    const rows = new Map<Day, string[]>();
    let header: string[] = [];
    for await (const file of readFiles([{ name, open: () => createReadStream(path.join(this.directory, name)) }], [])) {
      header = file.header;
      const date = header.findIndex((column) => column.toLowerCase() === 'attendance_date');
      for await (const row of file.rows()) {
        if ('problem' in row) continue;
        const day = row.fields[date]!;
        rows.set(day, [...(rows.get(day) ?? []), row.fields.map(quoted).join(',')]);
      }
    }
    return { header: header.join(','), rows };
  }
}

function quoted(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
