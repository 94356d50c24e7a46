import { csvRow, harmless } from '../store/csv.ts';
import type { Database } from '../store/database.ts';
import { storedFiles, type Reading } from '../store/delivery-files.ts';
import { readMappings } from '../store/import-mappings.ts';
import { readFiles } from './read/index.ts';
import { ADDED_COLUMNS } from './returned-rows.ts';

const PAGE = 1000;

/** A rejected row, by its place in the file. */
interface RejectedRow {
  line: number;
  message: string;
}

/**
 * The rejected rows of one file as a CSV file: in the source's own columns, as they came, each with its line and the reason. The file is
 * read again and only these rows are kept, so that nothing has to be stored for it. What a spreadsheet would take for a formula is
 * written so that it stays text.
 * @param of rows of the import, or of the last dry run
 * @param reading opens the transactions in which the database is read
 */
export async function* rejectedFile(reading: Reading, deliveryId: string, file: string, of: 'import' | 'dry run'): AsyncGenerator<string> {
  const sources = await reading((db) => storedFiles(db, deliveryId, reading));
  const mappings = await reading((db) => readMappings(db));
  for await (const found of readFiles(sources, mappings)) {
    if (found.name !== file) continue;
    const rejected = rejectedRows(reading, deliveryId, file, of);
    try {
      let next = await rejected.next();
      // The mark by which a spreadsheet knows that it is UTF-8.
      yield `\uFEFF${csvLine([...found.header, ...ADDED_COLUMNS])}`;
      for await (const row of found.rows()) {
        while (!next.done && next.value.line < row.line) next = await rejected.next();
        if (next.done) break;
        if (next.value.line !== row.line) continue;
        // A line that could not be taken apart stands as a whole in the first column.
        const fields = 'fields' in row ? row.fields : [row.text, ...found.header.slice(1).map(() => '')];
        yield csvLine([...fields, String(row.line), next.value.message]);
      }
    } finally {
      await rejected.return(undefined);
    }
    return;
  }
}

async function* rejectedRows(reading: Reading, deliveryId: string, file: string, of: 'import' | 'dry run'): AsyncGenerator<RejectedRow> {
  const page = (after: number): Promise<RejectedRow[]> =>
    reading((db: Database) =>
      db(of === 'import' ? 'delivery_row' : 'dry_run_row')
        .where({ delivery_id: deliveryId, file, outcome: 'rejected' })
        .andWhere('line', '>', after)
        .orderBy('line')
        .limit(PAGE)
        .select<RejectedRow[]>('line', 'message'),
    );
  for (let rows = await page(0); rows.length > 0; rows = await page(rows.at(-1)?.line ?? 0)) yield* rows;
}

function csvLine(fields: readonly string[]): string {
  return `${csvRow(fields.map(harmless))}\r\n`;
}
