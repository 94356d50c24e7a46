import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Coverage } from '../store/attendance-delivery.ts';
import { csvRow } from '../store/csv.ts';
import { readFiles } from './read/index.ts';
import type { Day } from './school-year.ts';

/** One delivery of a night. */
export interface NightPart {
  /** What tells it from the other deliveries of its sample; empty where a night brings only one. */
  name: string;
  coverage: Coverage;
  files: { name: string; bytes: Buffer }[];
}

/** What a sample district's systems send night by night. */
export interface Nights {
  /**
   * The deliveries of a day's evening, in order.
   * @param taught whether any school teaches on that day
   */
  parts(day: Day, taught: boolean): Promise<NightPart[]>;
}

/**
 * The attendance of a sample district, cut into the files that its information system would have sent night by night. Rows lie on
 * the date they speak of, also those on a Sunday.
 */
export class NightlyFiles implements Nights {
  private byDay: Promise<{ header: string; rows: Map<Day, string[]> }> | null = null;

  /** @param directory of the sample, with an `attendance.csv` in it */
  constructor(private readonly directory: string) {}

  /** The day's file, on a day on which any school teaches, and on any other that has rows. */
  async parts(day: Day, taught: boolean): Promise<NightPart[]> {
    const { bytes, rows } = await this.file(day);
    if (rows === 0 && !taught) return [];
    const coverage: Coverage = { schools: 'all', from: day, to: day, complete: true };
    return [{ name: '', coverage, files: [{ name: 'attendance.csv', bytes }] }];
  }

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
        rows.set(day, [...(rows.get(day) ?? []), csvRow(row.fields)]);
      }
    }
    return { header: header.join(','), rows };
  }
}
