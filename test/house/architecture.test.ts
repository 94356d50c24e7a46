import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { at, CODE, filesUnder, offencesIn, OUTSIDE, read, ROOT, withoutComments, type Check } from './source.ts';

/**
 * The promises that docs/architecture.md and the style guide make about the source itself. Every check is a function of a file's path and
 * text, so that it can be shown to fail on a text that breaks the promise.
 */
// The rooms, from the table that people read.

interface Room {
  values: string[];
  types: string[];
}

/** The table of docs/architecture.md: `a/`, types of `b/` and `c/`. "everything" is every room. */
function roomsOf(architecture: string): Map<string, Room> {
  const rooms = new Map<string, Room>();
  for (const [, folders = '', may = ''] of architecture.matchAll(/^\| (`[a-z/`, ]+`) +\|[^|]*\| ([^|]*)\|$/gm)) {
    const [values = '', types = ''] = may.split('types of ');
    for (const room of named(folders)) rooms.set(room, { values: named(values), types: named(types) });
  }
  return rooms;
}

function named(cell: string): string[] {
  return [...cell.matchAll(/`([a-z]+)\/`/g)].map(([, name = '']) => name);
}

const rooms = roomsOf(read('docs/architecture.md'));
const strictRooms = [...rooms.keys()].filter((room) => !OUTSIDE.includes(room));
const roomFiles = strictRooms.flatMap((room) => filesUnder(room, CODE));
const allFiles = [...roomFiles, ...OUTSIDE.flatMap((room) => filesUnder(room, CODE))].filter((path) => !path.startsWith('test/histories/'));

// Imports. dependency-cruiser's rules say whether a room may be imported; whether only its types may be is read from the source text here.

interface Import {
  from: string;
  typeOnly: boolean;
  index: number;
}

/** Every import, re-export, dynamic import and imported type of a formatted TypeScript source. `import { type A }` still loads the module. */
function importsOf(text: string): Import[] {
  const source = withoutComments(text);
  const statements = [
    ...source.matchAll(/^(?:import|export)\s+(type\s+(?!from\b))?(?:[\w*{$][^'"`;=]*?\bfrom\s*)?(['"])([^'"\n]+)\2/gm),
  ].map((match) => ({ from: match[3] ?? '', typeOnly: match[1] !== undefined, index: match.index }));
  const calls = [...source.matchAll(/(\btypeof\s+)?\bimport\(\s*(['"`])([^'"`\n]+)\2/g)].map((match) => ({
    from: match[3] ?? '',
    typeOnly: match[1] !== undefined,
    index: match.index,
  }));
  return [...statements, ...calls];
}

const importsOutsideTheTable: Check = (path, text) => {
  const room = path.split('/')[0] ?? '';
  const may = rooms.get(room);
  if (!may || OUTSIDE.includes(room)) return [];
  return importsOf(text).flatMap(({ from, typeOnly, index }) => {
    if (!from.startsWith('.')) return [];
    const to = posix.join(posix.dirname(path), from).split('/')[0] ?? '';
    if (to === room || !rooms.has(to) || may.values.includes(to)) return [];
    if (!may.types.includes(to)) return [at(path, text, index, `${room}/ may not import ${to}/`)];
    return typeOnly ? [] : [at(path, text, index, `${room}/ may import only types of ${to}/: say import type`)];
  });
};

describe('the rooms import only what the table in docs/architecture.md names', () => {
  test('every folder with source in it is a room of the table', () => {
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !['node_modules', 'dist'].includes(entry.name))
      .map((entry) => entry.name)
      .filter((name) => filesUnder(name, CODE).length > 0);
    expect(folders.filter((name) => !rooms.has(name))).toEqual([]);
    expect(folders.length).toBeGreaterThan(10);
  });

  test('no source file imports a room, or more than the types of a room, that its own room may not', () => {
    expect(offencesIn(roomFiles, importsOutsideTheTable)).toEqual([]);
  });

  test('the table is read as it is written', () => {
    expect(rooms.get('policy')).toEqual({ values: [], types: [] });
    expect(rooms.get('cases')).toEqual({ values: [], types: ['policy'] });
    expect(rooms.get('workflows')).toEqual({ values: ['cases'], types: ['activities', 'policy'] });
    expect(rooms.get('store')).toEqual({ values: ['migrations'], types: ['cases', 'policy'] });
  });

  test.each([
    ['policy/a.ts', `import { b } from '../store/b.ts';`, 'policy/a.ts:1  policy/ may not import store/'],
    ['policy/deep/a.ts', `import type { B } from '../../cases/b.ts';`, 'policy/deep/a.ts:1  policy/ may not import cases/'],
    ['cases/a.ts', `\nimport { b } from '../policy/b.ts';`, 'cases/a.ts:2  cases/ may import only types of policy/: say import type'],
    ['cases/a.ts', `import { type B } from '../policy/b.ts';`, 'cases/a.ts:1  cases/ may import only types of policy/: say import type'],
    [
      'cases/a.ts',
      `import {\n  c,\n  b,\n} from '../policy/b.ts';`,
      'cases/a.ts:1  cases/ may import only types of policy/: say import type',
    ],
    ['cases/a.ts', `export * from '../policy/b.ts';`, 'cases/a.ts:1  cases/ may import only types of policy/: say import type'],
    ['cases/a.ts', `import '../policy/b.ts';`, 'cases/a.ts:1  cases/ may import only types of policy/: say import type'],
    ['cases/a.ts', `const b = await import('../policy/b.ts');`, 'cases/a.ts:1  cases/ may import only types of policy/: say import type'],
    ['store/a.ts', `type B = import('../api/b.ts').B;`, 'store/a.ts:1  store/ may not import api/'],
    ['api/a.ts', `export type { B } from '../bin/b.ts';`, 'api/a.ts:1  api/ may not import bin/'],
  ])('%s with %j is an offence', (path, text, offence) => {
    expect(importsOutsideTheTable(path, text)).toEqual([offence]);
  });

  test.each([
    ['cases/a.ts', `import type { B } from '../policy/b.ts';`],
    ['cases/a.ts', `import type {\n  B,\n  C,\n} from '../policy/b.ts';\nimport { d } from './d.ts';`],
    ['cases/a.ts', `/**\nimport { b } from '../store/b.ts';\n*/`],
    ['cases/a.ts', `type B = typeof import('../policy/b.ts');`],
    ['workflows/a.ts', `import { b } from '../cases/b.ts';\nimport { c } from '@temporalio/workflow';`],
    ['bin/a.ts', `import { b } from '../test/b.ts';`],
  ])('%s with %j is none', (path, text) => {
    expect(importsOutsideTheTable(path, text)).toEqual([]);
  });
});

// dependency-cruiser's rules: each is given a small tree with one file that breaks it.

interface Rule {
  name: string;
  from: { path?: string };
  to: { path?: string };
}
interface Configuration {
  forbidden: Rule[];
  options: Record<string, unknown>;
}

/** The names of the broken rules in a tree of files, and who broke them. */
async function cruiseTree(config: Configuration, files: Record<string, string>): Promise<string[]> {
  // Resolved, because the cruiser resolves what it finds and compares the two.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rollbook-rooms-')));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { enhancedResolveOptions, ...options } = config.options;
    const entries = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))].filter((name) => name !== 'node_modules');
    const { output } = await cruise(
      entries,
      { ...options, baseDir: folder, validate: true, ruleSet: { forbidden: config.forbidden } },
      enhancedResolveOptions as Parameters<typeof cruise>[2],
    );
    return (output as ICruiseResult).summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const A_PACKAGE = {
  'node_modules/pg/package.json': '{"name":"pg","version":"1.0.0","type":"module","exports":"./index.js"}',
  'node_modules/pg/index.js': 'export const pg = 1;\n',
};
/** What breaks each rule that is not about a room's neighbours. */
const BREACHES: Record<string, Record<string, string>> = {
  'no-circle': { 'store/offender.ts': `export { z } from './z.ts';\n`, 'store/z.ts': `import './offender.ts';\nexport const z = 1;\n` },
  'pure-rooms': { 'cases/offender.ts': `export { pg } from 'pg';\n`, ...A_PACKAGE },
  'pure-rooms-core': { 'workflows/offender.ts': `export { readFileSync } from 'node:fs';\n` },
  resolvable: { 'api/offender.ts': `export { b } from './nowhere.ts';\n` },
};

describe('every rule of dependency-cruiser can fail', () => {
  let config: Configuration;
  beforeAll(async () => {
    config = (await extractConfig(join(ROOT, '.dependency-cruiser.cjs'))) as unknown as Configuration;
  });

  test('each room has its rule, and each other rule has a breach here', () => {
    const names = config.forbidden.map(({ name }) => name);
    expect(names.toSorted()).toEqual([...strictRooms.map((room) => `${room}-imports`), ...Object.keys(BREACHES)].toSorted());
  });

  test.each(strictRooms)('%s/ is refused each room that its rule names, even as a type', async (room) => {
    const rule = config.forbidden.find(({ name }) => name === `${room}-imports`);
    const never = /^\^\((.+)\)\/$/.exec(rule?.to.path ?? '')?.[1]?.split('|') ?? [];
    expect(never).toEqual(expect.arrayContaining(OUTSIDE));
    const files = never.flatMap((other) => [
      [`${room}/${other}.ts`, `export { b } from '../${other}/b.ts';\n`],
      [`${room}/${other}-type.ts`, `import type { B } from '../${other}/b.ts';\nexport const a: B = 1;\n`],
      [`${other}/b.ts`, 'export const b = 1;\nexport type B = 1;\n'],
    ]);
    const broken = await cruiseTree(config, Object.fromEntries(files) as Record<string, string>);
    expect(broken.toSorted()).toEqual(
      never.flatMap((other) => [`${room}-imports: ${room}/${other}-type.ts`, `${room}-imports: ${room}/${other}.ts`]).toSorted(),
    );
  });

  test.each(Object.entries(BREACHES))('%s is broken by its offender and by nothing else', async (name, files) => {
    const offender = Object.keys(files).find((path) => path.endsWith('/offender.ts')) ?? '';
    const broken = await cruiseTree(config, files);
    expect(broken).toContain(`${name}: ${offender}`);
    expect(new Set(broken.map((line) => line.split(':')[0]))).toEqual(new Set([name]));
  });
});

// The machine and the clock.

/** Reports each place where `pattern` stands in code, outside comments. */
function forbids(pattern: RegExp, what: string): Check {
  return (path, text) => [...withoutComments(text).matchAll(pattern)].map((match) => at(path, text, match.index, `${match[0]}: ${what}`));
}

const surroundings = forbids(/\bprocess\.(env|exit\w*|argv)\b|\bprocess\[/g, 'only bin/ reads the environment or ends a process');

describe('only bin/ reads the environment or ends a process', () => {
  test('no room does', () => {
    expect(offencesIn(roomFiles, surroundings)).toEqual([]);
  });

  test('and one that did would be found', () => {
    expect(surroundings('store/a.ts', `// process.env is for bin/\nconst a = process.env['A'];\nif (!a) process.exit(1);`)).toEqual([
      'store/a.ts:2  process.env: only bin/ reads the environment or ends a process',
      'store/a.ts:3  process.exit: only bin/ reads the environment or ends a process',
    ]);
  });
});

const wallClock = forbids(
  /\bnew Date\(\)|\bDate\.now\b|\bTemporal\.Now\b|(?<!performance\.)\bnow\(\)|\b(clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\b(current_(date|timestamp|time)|localtime(stamp)?)\b/gi,
  'the day comes from the district clock or the message',
);
/** Where wall time is meant: the time of recording, leases, retries, patience. Everything else asks the district clock. */
const WALL_TIME: Record<string, string> = {
  'workflows/attendance-case.ts': 'how long the one timer waits for the earliest deadline',
  'activities/district.ts': 'patience with work under way',
  'activities/send.ts': 'how long a call to the engine may take',
  'api/jobs.ts': 'how long a call to the engine may take',
  'migrations/006_reading.ts': 'when a mapping was saved',
  'migrations/035_yearly_rates.ts': 'the time of recording',
  'attendance/crossings.ts': 'when the outbox is tried next',
  'attendance/days/hand.ts': 'when a correction stopped standing',
  'attendance/days/correct-day.ts': 'when a correction stopped standing',
  'attendance/days/held.ts': 'when a held row stopped waiting',
  'attendance/days/settle-retractions.ts': 'when a retraction was settled',
  'attendance/days/withdraw.ts': 'when a retraction was settled',
  'store/attendance-commands.ts': 'when a command is tried next; when an outcome was recorded',
  'attendance/import.ts': 'when a delivery was finished',
  'store/calendar.ts': 'when the outbox is tried next',
  'attendance/watch.ts': 'when progress was told; which transaction is meant',
  'attendance/roster/settle.ts': 'when a merge was settled; when the outbox is tried next',
  'attendance/roster/departures.ts': 'when the outbox is tried next',
  'attendance/earlier/index.ts': 'when the outbox is tried next',
  'store/clock.ts': 'the district clock itself: wall time and an offset',
  'store/commands.ts': 'when an outcome was recorded',
  'store/intake/school-records.ts': 'when the outbox is tried next',
  'store/outbox.ts': 'when a message is tried next',
  'store/read/staff-messages.ts': 'how long ago a worker with a mail server was at work; which refusals are recent',
  'store/staff-messages.ts': 'when a message is tried next; when it left',
  'migrations/032_staff_messages.ts': 'the time of recording',
  'store/intake/policy-migrations.ts': 'when a message is tried next',
  'store/read/health.ts': 'how old the oldest message is',
  'migrations/025_policy_rehearsals.ts': 'when a rehearsal was asked for',
  'store/intake/rehearsals.ts': 'how long ago a rehearsal was asked for; when it was cancelled',
  'store/rehearsals.ts': 'when a rehearsal ended',
  'migrations/001_attendance.ts': 'the time of recording',
  'migrations/002_cases.ts': 'the time of recording; when a message is tried next',
  'migrations/003_people.ts': 'the time of recording',
  'migrations/004_grants.ts': 'when an outcome was recorded',
  'migrations/005_day_facts.ts': 'the time of recording',
  'migrations/007_codes.ts': 'the time of recording',
  'migrations/009_deliveries.ts': 'the time of recording',
  'migrations/010_roster.ts': 'the time of recording',
  'migrations/021_mid_year.ts': 'the time of recording',
  'migrations/020_feeds.ts': 'the time of recording',
  'attendance/feeds/http.ts': 'how long a source asks to be left alone',
  'migrations/013_corrections.ts': 'the time of recording; when a command is tried next',
  'bin/cli/client.ts': 'how long the command line waits for an outcome',
  'bin/sample.ts': 'the sample district’s clock: an offset from wall time',
  'bin/servers/temporal.ts': 'how long a call to the engine may take',
};

describe('the wall clock is read only where wall time is meant', () => {
  const watched = allFiles.filter((path) => !/^(test|bench)\//.test(path));

  test('no file reads it but those listed here', () => {
    const others = watched.filter((path) => !(path in WALL_TIME));
    expect(offencesIn(others, wallClock)).toEqual([]);
  });

  test('each listed file still does', () => {
    const idle = Object.keys(WALL_TIME).filter((path) => !existsSync(join(ROOT, path)) || wallClock(path, read(path)).length === 0);
    expect(idle).toEqual([]);
  });

  test('a case and its workflow read no clock; the shell’s timer reads the engine’s once', () => {
    expect(offencesIn([...filesUnder('cases', CODE), ...filesUnder('workflows', CODE)], wallClock)).toEqual([
      expect.stringMatching(/^workflows\/attendance-case\.ts:\d+  Date\.now: /),
    ]);
  });

  test.each([
    'new Date()',
    'Date.now()',
    'Temporal.Now.plainDateISO()',
    'db.raw(`SELECT NOW()`)',
    'trx.fn.now()',
    'db.raw(`SELECT clock_timestamp()`)',
    'db.raw(`WHERE day = current_date`)',
    'db.raw(`SELECT CURRENT_TIMESTAMP`)',
  ])('%s is found', (text) => {
    expect(wallClock('cases/a.ts', `/** now() is told */\n${text};`)).toEqual([expect.stringMatching(/^cases\/a\.ts:2 {2}/)]);
  });

  test.each(['performance.now()', 'new Date(instant)', 'Date.parse(day)', 'known()', '// new Date()'])('%s is none', (text) => {
    expect(wallClock('cases/a.ts', text)).toEqual([]);
  });
});

const LINES = 400;
const tooLong: Check = (path, text) => {
  const lines = text.trimEnd().split('\n').length;
  return lines < LINES ? [] : [`${path}:${LINES}  ${lines} lines; one thing a file, under ${LINES}`];
};

describe('one thing a file, under 400 lines', () => {
  test('in every room, in bin/, test/ and bench/', () => {
    expect(offencesIn(allFiles, tooLong)).toEqual([]);
  });

  test('a file of 400 lines is too long, one of 399 is not', () => {
    expect(tooLong('cases/a.ts', 'a;\n'.repeat(400))).toEqual(['cases/a.ts:400  400 lines; one thing a file, under 400']);
    expect(tooLong('cases/a.ts', 'a;\n'.repeat(399))).toEqual([]);
  });
});
