import { table, words } from './cli/table.ts';
import type { Person } from './people.ts';

/** What a start has brought up. */
export interface Started {
  url: string;
  dataDir: string;
  /** Name of the district and its day; null when none has been set up. A live one is somebody's own, another is a sample, of this name. */
  district: { name: string; day: string; live: boolean; sample: string | null } | null;
  /** Who has a token in the data directory. */
  people: Person[];
  /** `--data DIR` must be said in the next steps, too. */
  defaultDataDir: boolean;
}

type Step = readonly [command: string, what: string];

/** @param school as the absence list takes it */
const inSample = (school: string): Step[] => [
  ['standing', 'how many students stand where'],
  [`absence-list ${school}`, 'whom a school calls today'],
  ['cases', 'the open cases'],
  ['advance 5', 'five school days pass'],
];
const CAST: Step = ['docs/sample.md', 'what this district shows, and on whom'];
const CLIMB: Step = ['docs/climb.md', 'one student through every step to SARB'];
const FILES: Step = ['docs/import.md', 'the files it reads'];

const IN_OWN: Step[] = [
  ['import FOLDER', 'files of your student information system'],
  ['standing', 'how many students stand where'],
  ['cases', 'the open cases'],
];

const SET_UP: Step[] = [
  ['district create --help', 'a district of your own'],
  ['person add --help', 'who can sign in'],
  ['import --help', 'its schools, students and attendance'],
];

/** More people than these are counted and not listed. */
const MOST_PEOPLE = 60;

/** The last words of a start: the address, who can sign in, where the data lies, and what to do next. */
export function startText({ url, dataDir, district, people, defaultDataDir }: Started): string {
  const data = defaultDataDir ? '' : ` --data ${dataDir}`;
  const head = district
    ? `Rollbook is running: ${url}\nThe district is ${district.name}; its clock stands at ${district.day}.`
    : `Rollbook is running: ${url}\nNo district has been set up in it yet.`;
  const kept = `State lies in ${dataDir} and is kept when you stop with Ctrl-C.`;
  const steps = stepsFor(district, people).map(([command, what]): Step => [`npx rollbook${data} ${command}`, what]);
  const next = nextSteps([...steps, pageFor(district)]);
  if (!district || people.length === 0) return [head, kept, '', next].join('\n');
  const rows = people
    .slice(0, MOST_PEOPLE)
    .map(({ id, name, role, schools }) => [id, name, words(role), schools === null ? 'district' : schools.join(', ')]);
  return [
    head,
    '',
    `Who can sign in (their tokens are in ${dataDir}/people.json):`,
    table(['--as', 'Name', 'Role', 'Where'], rows, 100),
    ...(people.length > MOST_PEOPLE ? [`and ${people.length - MOST_PEOPLE} more: npx rollbook${data} people`] : []),
    '',
    kept,
    '',
    next,
  ].join('\n');
}

function stepsFor(district: Started['district'], people: Person[]): Step[] {
  if (!district) return SET_UP;
  if (!district.live) return inSample(aHighSchool(people));
  // The district is there; who can sign in to it is not, at least not from here.
  return people.length === 0 ? SET_UP.slice(1) : IN_OWN;
}

function pageFor(district: Started['district']): Step {
  if (!district || district.live) return FILES;
  return district.sample === 'grand-bend' ? CLIMB : CAST;
}

/** The high school, in a word if there is one alone; the id of the first of several, or of some school. */
function aHighSchool(people: Person[]): string {
  const clerks = people.filter(({ role, schools }) => role === 'clerk' && schools !== null);
  const atHigh = clerks.filter(({ id }) => /[.-]high$/.test(id));
  return atHigh.length === 1 ? 'high' : ((atHigh[0] ?? clerks[0])?.schools?.[0] ?? 'SCHOOL');
}

function nextSteps(steps: Step[]): string {
  const width = Math.max(...steps.map(([command]) => command.length));
  return ['What to do next, in another terminal:', ...steps.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`)].join('\n');
}
