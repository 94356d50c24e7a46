import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Person } from '../people.ts';
import { CannotStart } from '../cannot-start.ts';
import { generate, SAMPLE_NAME } from './generate.ts';
import { GRAND_BEND_PEOPLE } from './grand-bend.ts';
import type { SampleIndex } from './index-file.ts';
import { staffOf } from './staff.ts';

/** A sample district, ready to be loaded. */
export interface Sample {
  /** The name that `--sample` takes. */
  id: string;
  name: string;
  timeZone: string;
  policy: string;
  /** The day before the first day of school; the clock is moved on from here day by day. */
  begins: string;
  /** The day at which a stranger finds it. */
  today: string;
  /** Whether what people did up to the day before is written as a rehearsal has it; else nothing was done. */
  past: boolean;
  firstDay: string;
  lastDay: string;
  /** The folder with its files, and with what arrived night by night. */
  folder: string;
  /** The folder in it with the roster's files. */
  roster: string;
  people: readonly Person[];
}

/** How large a generated sample is to be; what is not said is taken from the one that is there, or from the shipped size. */
export interface Size {
  students?: number;
  seed?: number;
}

/** The district that `npm start` shows. */
export const DEFAULT_SAMPLE = SAMPLE_NAME;
/** The size of the generated district of `npm start`, and its seed. */
const STUDENTS = 3_000;
const SEED = 1;
/** The day at which a stranger finds the generated district. */
const TODAY = '2026-02-27';

const SHIPPED = fileURLToPath(new URL('../../samples/', import.meta.url));

/**
 * The sample of a name with its files: a shipped one lies in the package, the generated one is made in the data directory at the first start
 * and stays as it is.
 * @throws CannotStart if there is no such sample, or the generated one is there in another size
 */
export function prepareSample(id: string, dataDir: string, size: Size, log: (line: string) => void): Sample {
  if (id === 'grand-bend') return grandBend();
  if (id !== SAMPLE_NAME) throw new CannotStart(`There is no sample “${id}”: there is grand-bend and ${SAMPLE_NAME}.`);
  const folder = path.join(samplesIn(dataDir), SAMPLE_NAME);
  if (!existsSync(folder)) make(folder, { students: size.students ?? STUDENTS, seed: size.seed ?? SEED }, log);
  const index = JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8')) as SampleIndex;
  if ((size.students ?? index.students) !== index.students || (size.seed ?? index.seed) !== index.seed) {
    throw new CannotStart(
      `${dataDir} holds the sample ${id} with ${index.students} students (seed ${index.seed}): choose another directory with --data DIR for one of another size.`,
    );
  }
  return {
    id,
    name: index.name,
    timeZone: index.timeZone,
    policy: index.policy,
    begins: dayBefore(index.firstDay),
    today: TODAY,
    past: true,
    firstDay: index.firstDay,
    lastDay: index.lastDay,
    folder,
    roster: path.join(folder, 'roster'),
    people: staffOf(index),
  };
}

/** The folder in a data directory in which the generated sample's folder lies. */
export const samplesIn = (dataDir: string): string => path.join(dataDir, 'samples');

/** Made beside its place and then put there, so that what was cut short is not taken for the whole. */
function make(folder: string, size: { students: number; seed: number }, log: (line: string) => void): void {
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  const { rows, files } = generate({ ...size, out: draft, progress: (done) => log(`  ${done} students made`) });
  renameSync(draft, folder);
  log(`Made the sample district: ${size.students} students, ${rows} rows in ${files} files.`);
}

function grandBend(): Sample {
  const folder = path.join(SHIPPED, 'grand-bend');
  return {
    id: 'grand-bend',
    name: 'Grand Bend',
    timeZone: 'America/Chicago',
    policy: 'lausd',
    begins: '2021-08-22',
    today: '2021-10-15',
    past: false,
    firstDay: '2021-08-23',
    lastDay: '2022-05-27',
    folder,
    roster: folder,
    people: GRAND_BEND_PEOPLE,
  };
}

const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
