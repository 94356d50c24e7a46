import type { CsvLine } from '../../../attendance/read/csv.ts';
import { readFiles, type ReadFile } from '../../../attendance/read/index.ts';
import { LIMITS, type Limits } from '../../../attendance/read/limits.ts';
import type { SourceFile } from '../../../attendance/read/source.ts';

/** Bytes as a source, cut into chunks of a size, so that nothing may depend on where a chunk ends. */
export function sourceOf(name: string, bytes: Buffer | string, chunk = 65_536): SourceFile {
  const all = Buffer.from(bytes);
  return {
    name,
    async *open() {
      for (let at = 0; at < all.length; at += chunk) yield await Promise.resolve(all.subarray(at, at + chunk));
    },
  };
}

/** What a file, or each file in an archive, is read as. */
export async function readAll(file: SourceFile, limits?: Limits): Promise<(ReadFile & { all: CsvLine[] })[]> {
  const read: (ReadFile & { all: CsvLine[] })[] = [];
  for await (const one of readFiles([file], [], limits)) read.push({ ...one, all: await rowsOf(one) });
  return read;
}

/** The rows of a single file. @param piece bytes worked on at once, so that nothing may depend on where a piece ends */
export async function readRows(bytes: Buffer | string, piece = LIMITS.piece): Promise<CsvLine[]> {
  const [file] = await readAll(sourceOf('file.csv', bytes), { ...LIMITS, piece });
  return file!.all;
}

export async function rowsOf(file: ReadFile): Promise<CsvLine[]> {
  const rows: CsvLine[] = [];
  for await (const row of file.rows()) rows.push(row);
  return rows;
}
