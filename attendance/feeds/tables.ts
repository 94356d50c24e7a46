import { csvRow } from '../../store/csv.ts';
import type { WrittenFile } from './source.ts';

/** A table that a source's answers are written down as. */
export interface Table {
  name: string;
  columns: readonly string[];
}

/** A table as a file of a delivery. */
export function tableFile(table: Table, rows: () => AsyncIterable<string[][]>, evenEmpty = false): WrittenFile {
  return { name: table.name, evenEmpty, text: () => csvText(table.columns, rows(), evenEmpty) };
}

export async function* listOf(rows: string[][]): AsyncGenerator<string[][]> {
  yield await Promise.resolve(rows);
}

/** A CSV, its header row first; nothing when there are no rows, unless that is to be told. */
async function* csvText(columns: readonly string[], pages: AsyncIterable<string[][]>, evenEmpty: boolean): AsyncGenerator<string> {
  const head = `${columns.join(',')}\n`;
  let begun = false;
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield `${begun ? '' : head}${page.map(csvRow).join('\n')}\n`;
    begun = true;
  }
  if (!begun && evenEmpty) yield head;
}
