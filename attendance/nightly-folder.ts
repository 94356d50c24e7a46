import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Coverage } from '../store/attendance-delivery.ts';
import type { NightPart, Nights } from './nightly.ts';
import type { Day } from './school-year.ts';

/** Beside the files of a part: what they cover. */
const MANIFEST = 'delivery.json';

/**
 * The nights of a sample district that keeps the files of each in a folder of its own, `nightly/DATE/PART/`, as they were sent: in any
 * format, from several systems, about that day or about earlier ones.
 */
export class NightlyFolder implements Nights {
  constructor(private readonly directory: string) {}

  static isOne(directory: string): boolean {
    return existsSync(path.join(directory, 'nightly'));
  }

  async parts(day: Day): Promise<NightPart[]> {
    const night = path.join(this.directory, 'nightly', day);
    const names = existsSync(night) ? (await readdir(night)).sort() : [];
    return Promise.all(names.map((name) => readPart(path.join(night, name), `${day} ${name}`)));
  }
}

/** The files of one folder with what they cover. @throws if the folder has no `delivery.json` */
export async function readPart(folder: string, name: string): Promise<NightPart> {
  const { coverage } = JSON.parse(await readFile(path.join(folder, MANIFEST), 'utf8')) as { coverage: Coverage };
  const files = (await readdir(folder)).filter((file) => file !== MANIFEST).sort();
  return {
    name,
    coverage,
    files: await Promise.all(files.map(async (file) => ({ name: file, bytes: await readFile(path.join(folder, file)) }))),
  };
}
