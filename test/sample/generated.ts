import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { generate } from '../../bin/sample/generate.ts';
import type { System } from '../../bin/sample/schools.ts';
import type { SampleIndex } from '../../bin/sample/index-file.ts';

/** A generated district in a folder of its own. */
export interface Generated {
  out: string;
  index: SampleIndex;
  remove(): void;
}

/** @param how with which systems' exports the schools send (the usual ones if absent), and whether nothing is ever late or corrected */
export function generated(students: number, seed: number, how: { systems?: readonly System[]; settled?: boolean } = {}): Generated {
  const out = mkdtempSync(join(tmpdir(), 'rollbook-sample-'));
  return {
    out,
    index: generate({ students, seed, out, ...how }),
    remove: () => rmSync(out, { recursive: true, force: true }),
  };
}

/** The files of a folder and below, by path, in order. */
export function filesIn(folder: string, under = ''): string[] {
  return readdirSync(join(folder, under), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesIn(folder, join(under, entry.name)) : [join(under, entry.name)]))
    .sort();
}

/** One digest of all files' names and bytes. */
export function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of filesIn(folder))
    hash
      .update(name)
      .update('\0')
      .update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

/** The rows of a CSV file by column name. */
export function rowsOf(folder: string, name: string): Record<string, string>[] {
  return parse(readFileSync(join(folder, name)), { columns: true });
}

/** Every row of the files whose name ends so, with the folder each lies in. */
export function allRows(folder: string, ending: string): (Record<string, string> & { from: string })[] {
  return filesIn(folder)
    .filter((name) => name.endsWith(ending))
    .flatMap((name) => rowsOf(folder, name).map((row) => ({ ...row, from: name.slice(0, name.lastIndexOf('/')) })));
}
