import { table, words } from './cli/table.ts';
import type { Person } from './people.ts';

/** What a start has brought up. */
export interface Started {
  url: string;
  dataDir: string;
  /** Name of the district and its day; null when none has been set up. */
  district: { name: string; day: string } | null;
  /** Who has a token in the data directory. */
  people: Person[];
  /** `--data DIR` must be said in the next steps, too. */
  defaultDataDir: boolean;
}

const NEXT = [
  ['standing', 'how many students stand where'],
  ['absence-list high', 'whom the high school calls today'],
  ['cases', 'the open cases'],
  ['advance 5', 'five school days pass'],
] as const;

/** The last words of a start: the address, who can sign in, where the data lies, and what to do next. */
export function startText({ url, dataDir, district, people, defaultDataDir }: Started): string {
  const data = defaultDataDir ? '' : ` --data ${dataDir}`;
  const head = district
    ? `Rollbook is running: ${url}\nThe district is ${district.name}; its clock stands at ${district.day}.`
    : `Rollbook is running: ${url}\nNo district has been set up in it yet.`;
  const kept = `State lies in ${dataDir} and is kept when you stop with Ctrl-C.`;
  if (!district || people.length === 0) return `${head}\n${kept}`;
  const width = Math.max(...NEXT.map(([command]) => `npx rollbook${data} ${command}`.length));
  const rows = people.map(({ id, name, role, schools }) => [id, name, words(role), schools === null ? 'district' : schools.join(', ')]);
  return [
    head,
    '',
    `Who can sign in (their tokens are in ${dataDir}/people.json):`,
    table(['--as', 'Name', 'Role', 'Where'], rows, 100),
    '',
    kept,
    '',
    'What to do next, in another terminal:',
    ...NEXT.map(([command, what]) => `  ${`npx rollbook${data} ${command}`.padEnd(width)}  ${what}`),
    `  ${'docs/climb.md'.padEnd(width)}  one student through every step to SARB`,
  ].join('\n');
}
