import type { Kind } from '../formats/format.ts';

/** What a district has said about a file of its own making: which column of it holds which canonical column. */
export interface SavedMapping {
  /** Stable name, kept with the delivery as the file's format, and the name of its code set. */
  name: string;
  kind: Kind;
  /** Canonical column → column of the file. A file whose header has all of the latter is read by this mapping. */
  columns: Record<string, string>;
}
