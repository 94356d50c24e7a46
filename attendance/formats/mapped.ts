import type { ImportKind } from '../../policy/import-columns.ts';
import { readerBy } from './aliases.ts';
import type { Format } from './format.ts';
import { plainName } from './layout.ts';

/** What a district has said about a file of its own making: which column of it holds which canonical column. */
export interface SavedMapping {
  /** Stable name, kept with the delivery as the file's format; also the name of its code set. */
  name: string;
  kind: ImportKind;
  /** Canonical column → column of the file. A file whose header has all of the latter is read by this mapping. */
  columns: Record<string, string>;
}

/** A saved mapping as a format. Letter case, spaces and signs in the names of columns do not matter. */
export function mapped({ name, kind, columns }: SavedMapping): Format {
  return {
    name,
    recognise({ header }) {
      const names = new Map(header.map((column) => [plainName(column), column]));
      const own = Object.entries(columns).map(([column, written]) => [column, names.get(plainName(written))] as const);
      if (own.some(([, column]) => column === undefined)) return null;
      return readerBy(kind, Object.fromEntries(own.map(([column, written]) => [column, written ?? ''])), header);
    },
  };
}
