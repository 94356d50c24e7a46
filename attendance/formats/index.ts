import { canonical } from './canonical.ts';
import { clever } from './clever.ts';
import type { FileHead, FileReader, Format } from './format.ts';

/** Every format that can be read. A new one is one file and one entry here; the first that recognises a file reads it. */
const FORMATS: readonly Format[] = [canonical, clever];

/** Names of the XML elements that are records of some format. */
export const ELEMENTS: ReadonlySet<string> = new Set(FORMATS.flatMap(({ elements = [] }) => elements));

/** Finds the format and the readers of a file by its head; null when no format knows it. */
export function recognise(file: FileHead): { format: string; readers: readonly FileReader[] } | null {
  for (const format of FORMATS) {
    const known = format.recognise(file);
    if (known) return { format: format.name, readers: 'kind' in known ? [known] : known };
  }
  return null;
}
