import { canonical } from './canonical.ts';
import { aeries } from './aeries.ts';
import { aspen } from './aspen.ts';
import { clever } from './clever.ts';
import { edfi } from './edfi.ts';
import type { FileHead, FileReader, Format } from './format.ts';
import { infiniteCampus } from './infinite-campus.ts';
import { oneroster } from './oneroster.ts';
import { plain } from './plain.ts';
import { powerschool } from './powerschool.ts';
import { sif } from './sif.ts';

/** Every format that can be read. A new one is one file and one entry here; the first that recognises a file reads it. */
const FORMATS: readonly Format[] = [canonical, clever, oneroster, edfi, sif, aeries, powerschool, infiniteCampus, aspen, plain];

/** Names of the XML elements that are records of some format. */
export const ELEMENTS: ReadonlySet<string> = new Set(FORMATS.flatMap(({ elements = [] }) => elements));

/**
 * Finds the format and the readers of a file by its head; null when no format knows it.
 * @param own formats of the district, which go before the shipped ones
 */
export function recognise(file: FileHead, own: readonly Format[] = []): { format: string; readers: readonly FileReader[] } | null {
  for (const format of [...own, ...FORMATS]) {
    const known = format.recognise(file);
    if (known) return { format: format.name, readers: 'kind' in known ? [known] : known };
  }
  return null;
}
