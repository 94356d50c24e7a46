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

/** The last words of a start: the address, who can sign in, where the data lies, and what to do next. */
export function startText({ url, dataDir, district, people, defaultDataDir }: Started): string {
  const data = defaultDataDir ? '' : ` --data ${dataDir}`;
  const head = district
    ? `Rollbook is running: ${url}\nThe district is ${district.name}, and today there is ${district.day}.`
    : `Rollbook is running: ${url}\nNo district has been set up in it yet.`;
  const kept = `State lies in ${dataDir} and is kept when you stop with Ctrl-C.`;
  if (!district || people.length === 0) return `${head}\n${kept}`;
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
    `  npx rollbook${data} standing                     how many students stand where`,
    `  npx rollbook${data} absence-list high            whom the high school calls today`,
    `  npx rollbook${data} cases                        the open cases`,
    `  npx rollbook${data} advance 5                    five school days pass`,
    '  docs/climb.md                              one student through every step to SARB',
  ].join('\n');
}
