import { recognise } from '../formats/index.ts';
import type { FileReader, Format, Kind } from '../formats/format.ts';
import { mapped, type SavedMapping } from '../formats/mapped.ts';
import { contentOf, type Content } from './content.ts';
import type { CsvLine } from './csv.ts';
import { LIMITS, type Limits } from './limits.ts';
import { FileRefused } from './refusal.ts';
import type { SourceFile } from './source.ts';
import { unpack } from './unpack.ts';

/**
 * A file, or an entry of an archive, with the reader of its format. A file whose rows speak of several things is given once for each;
 * the rows that cannot be read are told of with the first.
 */
export interface ReadFile {
  /** Of an archive's entry: `archive.zip/entry.csv`; of a further thing in a file: `students.csv (demographics)`. A label, never a path. */
  name: string;
  /** Null when no format knows the file. */
  format: string | null;
  kind: Kind | null;
  reader: FileReader | null;
  /** The names of the fields of its rows. */
  header: string[];
  /**
   * The rows in order; may be called more than once. `line` of a JSON or XML file counts its records.
   * @throws FileRefused when the file turns out to be damaged or too large while it is read
   */
  rows(): AsyncIterable<CsvLine>;
  /** The same in the blocks they are read in, for who has many to take. */
  blocks(): AsyncIterable<CsvLine[]>;
}

/**
 * Reads delivered files one after the other: unpacks them, recognises each and gives its rows, in memory that does not grow with them.
 * @param mappings the district's own, which go before the shipped formats
 * @throws FileRefused for a file that cannot be read as a whole
 */
export async function* readFiles(
  files: readonly SourceFile[],
  mappings: readonly SavedMapping[],
  limits: Limits = LIMITS,
): AsyncGenerator<ReadFile> {
  const own = mappings.map(mapped);
  for (const file of files) {
    for await (const text of unpack(file, limits)) yield* readersOf(text, own, limits);
  }
}

async function* readersOf(file: SourceFile, own: readonly Format[], limits: Limits): AsyncGenerator<ReadFile> {
  const content = await contentOf(file, limits);
  const { header, records, element } = content;
  const known = recognise({ name: file.name, header, records, ...(element !== null && { element }) }, own);
  if (!known) yield readFile(file.name, { format: null, reader: null, content, first: true, limits });
  for (const [index, reader] of known?.readers.entries() ?? []) {
    const name = index === 0 ? file.name : `${file.name} (${reader.kind.replaceAll('_', ' ')})`;
    yield readFile(name, { format: known!.format, reader, content, first: index === 0, limits });
  }
}

function readFile(
  name: string,
  about: { format: string | null; reader: FileReader | null; content: Content; first: boolean; limits: Limits },
): ReadFile {
  const { format, reader, content, first, limits } = about;
  const paths = reader?.paths ?? null;
  async function* blocks(): AsyncGenerator<CsvLine[]> {
    let rows = 0;
    for await (const block of content.blocks(paths)) {
      rows += block.length;
      if (rows > limits.rows) throw new FileRefused(name, 'this file has more rows than any export writes; make the export again.');
      yield first ? block : block.filter((row) => 'fields' in row);
    }
  }
  return {
    name,
    format,
    kind: reader?.kind ?? null,
    reader,
    header: [...(paths ?? content.header)],
    blocks,
    async *rows() {
      for await (const block of blocks()) yield* block;
    },
  };
}
