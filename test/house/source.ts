import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, with a slash at its end. Every path here is relative to it. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What is source, by its ending. */
export const CODE = /\.(ts|mjs|cjs)$/;
/** Rooms that may do what the others may not: they compose, prove and measure. */
export const OUTSIDE = ['bin', 'test', 'bench'];

/** One breach: `path:line  what is wrong`. */
export type Offences = string[];
/** What is wrong in a text, if it stood at this path. */
export type Check = (path: string, text: string) => Offences;

/** The files below a folder whose path is wanted; none where there is no such folder. */
export function filesUnder(folder: string, wanted: RegExp): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name))
    .filter((path) => wanted.test(path) && !path.includes('node_modules/'))
    .toSorted();
}

/** The text of a file. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** What a check finds in these files. */
export function offencesIn(paths: string[], check: Check): Offences {
  return paths.flatMap((path) => check(path, read(path)));
}

/** One breach, at the line of `index`. */
export function at(path: string, text: string, index: number, what: string): string {
  return `${path}:${text.slice(0, index).split('\n').length}  ${what}`;
}

/** The text with its comments blanked out; lines keep their numbers. Good enough for formatted source: a comment begins its line or follows a blank. */
export function withoutComments(text: string): string {
  return text.replace(/(^|\s)\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));
}
