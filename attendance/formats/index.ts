import { canonical } from './canonical.ts';
import { clever } from './clever.ts';
import type { FileReader, Format } from './format.ts';

/** Every format that can be read. A new one is one file and one entry here; the first that recognises a file reads it. */
const FORMATS: readonly Format[] = [canonical, clever];

/** Finds the format and reader of a file by its header row; null when no format knows it. */
export function recognise(file: { name: string; header: readonly string[] }): { format: string; reader: FileReader } | null {
  for (const format of FORMATS) {
    const reader = format.recognise(file);
    if (reader) return { format: format.name, reader };
  }
  return null;
}
