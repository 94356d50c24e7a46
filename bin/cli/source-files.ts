import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { CliError } from './errors.ts';

/** A file to be sent: it stays where it is and is read while it is sent. */
export interface SourcePath {
  /** Under which it is sent. */
  name: string;
  path: string;
  /** In bytes. */
  size: number;
}

/** What is taken out of a folder; a file that is named is sent whatever it is called. */
const ENDINGS = ['.csv', '.txt', '.tsv', '.json', '.xml', '.gz', '.zip'];

/**
 * The files that paths stand for: files as they are, and of a folder those that can be read. Two of the same name from different
 * folders are told apart by their folder's name.
 * @throws CliError when one is not there, or there is nothing to send
 */
export async function sourceFiles(paths: readonly string[]): Promise<SourcePath[]> {
  const found: { path: string; size: number }[] = [];
  for (const path of paths) {
    try {
      const { size, isFolder } = await look(path);
      if (!isFolder) found.push({ path, size });
      else for (const name of await readable(path)) found.push({ path: join(path, name), size: (await look(join(path, name))).size });
    } catch (error) {
      throw new CliError(`${path} cannot be read: ${(error as Error).message}`);
    }
  }
  if (found.length === 0) throw new CliError(`There is nothing to send in ${paths.join(', ')}: no file ending in ${ENDINGS.join(', ')}`);
  const names = found.map(({ path }) => basename(path));
  const files = found.map(({ path, size }, index) => {
    const name = names[index] ?? '';
    const alone = names.indexOf(name) === names.lastIndexOf(name);
    return { path, size, name: alone ? name : `${basename(dirname(path))} ${name}` };
  });
  const twice = files.find(({ name }, index) => files.findIndex((other) => other.name === name) !== index);
  if (twice) throw new CliError(`Two of the files are called ${twice.name}; send them in two deliveries, or rename one`);
  return files;
}

async function look(path: string): Promise<{ size: number; isFolder: boolean }> {
  const found = await stat(path);
  return { size: found.size, isFolder: found.isDirectory() };
}

async function readable(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && ENDINGS.includes(extname(entry.name).toLowerCase()))
    .map(({ name }) => name)
    .sort();
}
