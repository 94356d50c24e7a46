import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../bin/cli/run.ts';
import { connectClient } from '../../bin/engine/connect.ts';
import { watchForDistrict } from '../../bin/engine/schedule.ts';
import { startWorker } from '../../bin/engine/worker.ts';
import { readPeople, tokenDigest } from '../../bin/people.ts';
import { startText } from '../../bin/start-text.ts';
import { createDatabase, servers, takeNamespace, type TestDatabase } from '../world/database.ts';
import { NOBODY_ANSWERS, startEngineApi, startTestApi, type ApiWorld } from '../world/api.ts';
import { openFolder } from '../world/folder.ts';
import '../world/world.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const HIGH = '255901001';
const CREATE = ['district', 'create', '--name', 'Cedar Valley', '--time-zone', 'America/Los_Angeles', '--policy', 'lausd'];

let db: TestDatabase;
let api: ApiWorld;
let dataDir: string;
/** What ends with the test that began it, the last first. */
let ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  db = await createDatabase();
  dataDir = openFolder('district');
  await mkdir(join(dataDir, 'run'));
  ends = [() => rm(dataDir, { recursive: true }), () => db.close()];
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
});

/** What a running start on this data directory tells the other commands. */
async function serveFrom(started: ApiWorld): Promise<void> {
  api = started;
  ends.push(() => api.close());
  const info = { url: api.url, ownerUrl: db.ownerUrl, workerUrl: db.workerUrl, temporalAddress: '', namespace: '' };
  await writeFile(join(dataDir, 'run', 'service.json'), JSON.stringify(info));
}

/** The service without an engine: enough for all that is about the database and signing in. */
const serve = async (): Promise<void> => serveFrom(await startTestApi({ databaseUrl: db.apiUrl, ...NOBODY_ANSWERS }));

async function rollbook(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const streams = { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text), columns: 100 };
  const code = await run(['--data', dataDir, ...args], { env, streams });
  return { code, out: said.out.replaceAll(/\s+/g, ' ').trim(), err: said.err.replaceAll(/\s+/g, ' ').trim() };
}

async function done<T>(args: string[], env: NodeJS.ProcessEnv = {}): Promise<T> {
  const { code, out, err } = await rollbook([...args, '--json'], env);
  if (code !== 0) throw new Error(`rollbook ${args.join(' ')} answered ${code}: ${out}${err}`);
  return JSON.parse(out) as T;
}

const add = (id: string, role: string, ...more: string[]): string[] => [
  'person',
  'add',
  '--id',
  id,
  '--name',
  `Given ${id}`,
  '--role',
  role,
  ...more,
];

async function school(): Promise<void> {
  await db.owner('school').insert({ school_id: HIGH, name: 'Grand Bend High School' });
}

describe('district create', () => {
  beforeEach(serve);

  test('sets up a live district with its policy in force, in the right letter case of its time zone', async () => {
    const { code, out } = await rollbook(CREATE.map((word) => (word === 'America/Los_Angeles' ? 'america/los_angeles' : word)));
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Cedar Valley is set up and live: its day is \d{4}-\d{2}-\d{2} in America\/Los_Angeles, and lausd version 1 is in force\./,
    );
    expect(out).toContain(`rollbook --data ${dataDir} person add`);
    expect(await db.owner('district').select('name', 'time_zone', 'sample', 'live', db.owner.raw('clock_offset::text'))).toEqual([
      { name: 'Cedar Valley', time_zone: 'America/Los_Angeles', sample: null, live: true, clock_offset: '00:00:00' },
    ]);
    expect(await db.owner('policy_version').where({ in_force: true }).select('policy_id', 'version')).toEqual([
      { policy_id: 'lausd', version: 1 },
    ]);
    expect(await db.owner('policy_band').count('* AS n').first()).toEqual({ n: 4 });
  });

  test('takes a policy from a file', async () => {
    const lausd = await readFile(new URL('../../policy/shipped/lausd.yaml', import.meta.url), 'utf8');
    const file = join(dataDir, 'cedar.yaml');
    await writeFile(file, lausd.replace(/^policy: lausd$/m, 'policy: cedar'));
    expect(await done(CREATE.with(-1, file))).toMatchObject({ policy: { id: 'cedar', version: 1 } });
  });

  test('refuses a second one in one sentence, and leaves the first as it is', async () => {
    await done(CREATE);
    const { code, err } = await rollbook(CREATE.with(3, 'Other'));
    expect(code).toBe(1);
    expect(err).toMatch(/^This database already holds the district Cedar Valley, and one database holds one district: .*--data directory$/);
    expect(await db.owner('district').pluck('name')).toEqual(['Cedar Valley']);
  });

  test.each(['Pacific', '+01:00', 'Mars/Olympus', ''])('refuses “%s” as a time zone', async (zone) => {
    const { code, err } = await rollbook(CREATE.with(5, zone));
    expect(code).toBe(2);
    expect(err).toContain('is no time zone: give its IANA name, such as America/Los_Angeles');
    expect(await db.owner('district').pluck('name')).toEqual([]);
  });

  test('refuses a faulty policy with line and remedy, and leaves nothing behind', async () => {
    const lausd = await readFile(new URL('../../policy/shipped/lausd.yaml', import.meta.url), 'utf8');
    const file = join(dataDir, 'faulty.yaml');
    await writeFile(file, lausd.replace(/^version: 1$/m, 'version: soon'));
    const { code, err } = await rollbook(CREATE.with(-1, file));
    expect(code).toBe(1);
    expect(err).toMatch(/faulty\.yaml is not a valid policy: 1 problem - line \d+, version: .+ `rollbook policy show/);
    expect(await rollbook(CREATE.with(-1, join(dataDir, 'none.yaml')))).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read') as string,
    });
    expect(await db.owner('district').pluck('name')).toEqual([]);
    expect(await db.owner('policy_version').pluck('policy_id')).toEqual([]);
  });
});

describe('person', () => {
  beforeEach(async () => {
    await serve();
    await done(CREATE);
  });

  test('add prints the token once, keeps it where only its owner reads it, and --as works', async () => {
    await school();
    const { code, out } = await rollbook(add('clerk.high', 'clerk', '--school', HIGH));
    expect(code).toBe(0);
    const token = /Token, shown this once: (rb_\S+)/.exec(out)![1]!;
    expect(await db.owner('person').select()).toEqual([
      {
        person_id: 'clerk.high',
        name: 'Given clerk.high',
        role: 'clerk',
        schools: [HIGH],
        certificated: false,
        partner: null,
        token_sha256: tokenDigest(token),
        email: null,
      },
    ]);
    expect((await stat(join(dataDir, 'people.json'))).mode & 0o777).toBe(0o600);
    expect(await done(['--as', 'clerk', 'me'])).toMatchObject({ id: 'clerk.high', role: 'clerk', schools: [HIGH], certificated: false });
    const { out: list } = await rollbook(['people']);
    expect(list).toContain(`clerk.high Given clerk.high clerk ${HIGH}`);
    expect(list).not.toContain('rb_');
  });

  test('email says where somebody gets reminders, and takes it back; what is no address is refused', async () => {
    await done(add('a', 'administrator', '--email', 'a@example.org'));
    const email = async () => (await db.owner('person').where({ person_id: 'a' }).first<{ email: string | null }>('email')).email;
    expect(await email()).toBe('a@example.org');
    const { out } = await rollbook(['person', 'email', 'a', 'new@example.org']);
    expect(out).toContain('gets reminders at new@example.org.');
    expect(await email()).toBe('new@example.org');
    expect((await readPeople(dataDir)).map((person) => person.email)).toEqual(['new@example.org']);
    expect((await rollbook(['person', 'email', 'a', 'nowhere'])).err).toContain('"nowhere" is no email address');
    expect((await rollbook(['person', 'email', 'b', 'b@example.org'])).err).toContain('There is no person b');
    await done(['person', 'email', 'a']);
    expect(await email()).toBeNull();
  });

  test('add keeps everybody who is in people.json already', async () => {
    await done(add('a', 'administrator'));
    await done(add('b', 'attendance supervisor', '--certificated'));
    expect((await readPeople(dataDir)).map(({ id, role, certificated, schools }) => [id, role, certificated, schools])).toEqual([
      ['a', 'administrator', false, null],
      ['b', 'attendance_supervisor', true, null],
    ]);
  });

  test('a token for another database is printed, and kept out of people.json', async () => {
    const other = await createDatabase();
    ends.push(() => other.close());
    const env = { DATABASE_URL: other.ownerUrl };
    await done(CREATE, env);
    const { out } = await rollbook(add('far', 'administrator'), env);
    expect(out).toContain('ROLLBOOK_TOKEN');
    expect(await readPeople(dataDir)).toEqual([]);
    expect(await other.owner('person').pluck('person_id')).toEqual(['far']);
  });

  test('remove ends the sign-in and deletes nothing; a new token opens the door again', async () => {
    const { person } = await done<{ person: { token: string } }>(add('gone', 'administrator'));
    expect((await api.as(person.token).me()).status).toBe(200);
    expect(await rollbook(['person', 'remove', 'gone'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Nothing was deleted') as string,
    });
    expect((await api.as(person.token).me()).status).toBe(401);
    expect(await readPeople(dataDir)).toEqual([]);
    expect(await done(['person', 'list'])).toMatchObject({ people: [{ id: 'gone', name: 'Given gone', signsIn: false }] });
    const { person: again } = await done<{ person: { token: string } }>(['person', 'token', 'gone']);
    expect(again.token).not.toBe(person.token);
    expect((await api.as(person.token).me()).status).toBe(401);
    expect(await done(['--as', 'gone', 'me'])).toMatchObject({ id: 'gone' });
  });

  test('what was typed is answered with a clear sentence', async () => {
    const before = await rollbook(add('x', 'clerk', '--school', HIGH));
    expect(before).toMatchObject({
      code: 1,
      err: `There is no school ${HIGH}: no school has been imported yet; import the file of schools first`,
    });
    await school();
    const cases: [string[], number, string][] = [
      [add('x', 'janitor'), 2, '"janitor" is no role; the roles are clerk, teacher, case manager,'],
      [add('x', 'clerk', '--school', '9'), 1, `There is no school 9 in this district Its schools: - ${HIGH}: Grand Bend High School`],
      [add('x', 'clerk', '--school', ''), 2, '--school is empty'],
      [add('Ana Torres', 'clerk'), 2, '"Ana Torres" is no id'],
      [add('x', 'clerk').with(5, ' '), 2, '--name is empty'],
      [['person', 'remove', 'nobody'], 1, 'There is no person nobody in this district'],
      [['person', 'token', 'nobody'], 1, 'There is no person nobody in this district'],
    ];
    for (const [args, code, sentence] of cases)
      expect(await rollbook(args)).toMatchObject({ code, err: expect.stringContaining(sentence) as string });
    await done(add('x', 'clerk'));
    expect(await rollbook(add('x', 'teacher'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('There already is a person x') as string,
    });
    expect(await db.owner('person').pluck('role')).toEqual(['clerk']);
  });
});

test('nobody is added before there is a district', async () => {
  await serve();
  expect(await rollbook(add('x', 'clerk'))).toMatchObject({
    code: 1,
    err: 'No district has been set up in this database: begin with "rollbook district create"',
  });
});

test('from an empty database to a standing: district, person, import; and the day will turn', async () => {
  const engine = { address: servers().temporalAddress, namespace: takeNamespace(), payloadKey: randomBytes(32).toString('base64') };
  const { client, close } = await connectClient(engine);
  ends.push(close);
  // The worker runs before there is a district, as with `rollbook start --empty`.
  const worker = await startWorker({ ...engine, db: db.worker, databaseUrl: db.workerUrl, samplesDir: SAMPLES, bundle: servers().bundle });
  ends.push(() => worker.stop());
  const failures: unknown[] = [];
  const watch = await watchForDistrict(client, db.worker, { failed: (error) => failures.push(error), everyMs: 50 });
  ends.push(() => watch.stop());
  const started = await startEngineApi(db.apiUrl, client);
  await serveFrom(started);

  expect(await rollbook(['standing'])).toMatchObject({ code: 1, err: expect.stringContaining('rollbook person add') as string });
  await done(CREATE);
  await done(add('admin', 'administrator'));
  const files = ['schools.csv', 'students.csv', 'contacts.csv', 'calendar.csv'].map((name) => join(SAMPLES, 'grand-bend', name));
  expect(await done(['import', ...files])).toMatchObject({ status: 'done', counts: { read: 1247, accepted: 1247, rejected: 0 } });
  expect(await rollbook(['standing'])).toMatchObject({ code: 0, out: expect.stringMatching(/Never absent 227 115 64 48/) as string });
  expect(await db.owner('standing').count('* AS n').first()).toEqual({ n: 227 });
  await done(add('clerk.high', 'clerk', '--school', HIGH));
  expect(await done(['--as', 'clerk.high', 'standing'])).toMatchObject({ schools: [{ schoolId: HIGH }] });

  const turn = client.schedule.getHandle('district/turn');
  for (let tries = 0; tries < 100 && (await turn.describe().catch(() => null)) === null; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await turn.describe()).spec).toMatchObject({ timezone: 'America/Los_Angeles' });
  expect(failures).toEqual([]);
  await turn.trigger();
  for (let tries = 0; tries < 200 && (await db.owner('district_turn').pluck('date')).length === 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const { day } = await done<{ day: string }>(['clock']);
  expect(await db.owner('district_turn').pluck('date')).toEqual([day]);
});

test('a start says what comes next in an empty database, a district of one’s own, and a sample', () => {
  const place = { url: 'http://127.0.0.1:8080', dataDir: '.rollbook', defaultDataDir: true };
  const people = [{ id: 'admin', name: 'Ana Torres', role: 'administrator' as const, schools: null, certificated: false }];
  const own = { name: 'Cedar Valley', day: '2026-11-24', live: true, sample: null };
  expect(startText({ ...place, district: null, people: [] })).toMatch(/No district.*npx rollbook district create.*person add/s);
  const alone = startText({ ...place, district: own, people: [] });
  expect(alone).toContain('npx rollbook person add');
  expect(alone).not.toContain('district create');
  expect(startText({ ...place, district: own, people })).toMatch(/admin +Ana Torres.*npx rollbook import FOLDER/s);
  expect(startText({ ...place, district: own, people })).not.toContain('advance');
  const shipped = { ...own, live: false, sample: 'grand-bend' };
  expect(startText({ ...place, district: shipped, people })).toMatch(/npx rollbook advance 5.*docs\/climb\.md/s);
  const clerk = { id: 'clerk.mesquite-high', name: 'Luz Herrera', role: 'clerk' as const, schools: ['30001'], certificated: false };
  const made = { ...own, live: false, sample: 'tres-robles' };
  expect(startText({ ...place, district: made, people: [clerk] })).toMatch(/absence-list high.*docs\/sample\.md/s);
  const another = { ...clerk, id: 'clerk.willow-high', schools: ['30002'] };
  expect(startText({ ...place, district: made, people: [clerk, another] })).toContain('absence-list 30001');
  const many = Array.from({ length: 75 }, (_, n) => ({ ...clerk, id: `clerk.${n}` }));
  expect(startText({ ...place, district: made, people: many })).toContain('and 15 more: npx rollbook people');
});
