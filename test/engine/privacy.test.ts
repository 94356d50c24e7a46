import { rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { freePort } from '../../bin/processes.ts';
import { findTemporalCli } from '../../bin/servers/temporal-cli.ts';
import { startTemporal, type TemporalServer } from '../../bin/servers/temporal.ts';
import { decryptedHistories, foundInFile, personalData } from '../world/leaks.ts';
import { NAMESPACES } from '../world/names.ts';
import { openWorld, type TestStudent, type TestWorld } from '../world/world.ts';
import { climbOnEngine, rehearse } from './engine-climb.ts';
import { openFolder } from '../world/folder.ts';

/** A case climbs to SARB on an engine that keeps its state in a file; then the file is searched. */
const payloadKey = randomBytes(32).toString('base64');
let folder: string;
let dbFile: string;
let temporal: TemporalServer;
let world: TestWorld;
let student: TestStudent;

beforeAll(async () => {
  folder = openFolder('privacy');
  dbFile = join(folder, 'temporal.db');
  const { path: cli } = await findTemporalCli({
    configured: process.env['ROLLBOOK_TEMPORAL_CLI'],
    searchPath: process.env['PATH'] ?? '',
    cacheDir: join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rollbook'),
    say: () => undefined,
  });
  temporal = await startTemporal({ cli, port: await freePort(), dbFile, namespaces: NAMESPACES, logFile: join(folder, 'temporal.log') });
  world = await openWorld({ address: temporal.address, payloadKey });
  student = await world.enroll({ first: 'Marisol', last: 'Quintanilla-Ibarra' });
  await world.db.owner('contact').insert({
    student_id: student.studentId,
    first_name: 'Guadalupe',
    last_name: 'Quintanilla-Ibarra',
    relationship: 'Mother',
    phone: '(323) 555-0147',
    email: 'guadalupe@family.example',
    street: '1417 Almendra Court',
    recorded_by: 'test',
  });
  const outcomes = await climbOnEngine(world, student, rehearse('habitual_truant').told, {
    note: 'Marisol Quintanilla-Ibarra of 1417 Almendra Court; her mother said so at (323) 555-0147.',
  });
  expect(outcomes).not.toContain('refused');
}, 120_000);
afterAll(async () => {
  await world.close();
  await temporal.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the note with the name is in the record', async () => {
  const { rows } = await world.db.owner.raw<{ rows: { n: number }[] }>(
    `SELECT count(*)::int AS n FROM command WHERE text LIKE '%Quintanilla-Ibarra%'`,
  );
  expect(rows[0]?.n).toBeGreaterThan(20);
});

test('the engine’s database holds no name, number or address of the student or the family', async () => {
  const needles = await personalData(world.db.owner);
  expect(needles).toEqual(expect.arrayContaining(['Marisol Quintanilla-Ibarra', '(323) 555-0147', '3235550147', '1417 Almendra Court']));
  expect(foundInFile(dbFile, [...needles, 'Quintanilla', 'Almendra'])).toEqual([]);
  // The search can find: the case's id is how the engine knows the case.
  expect(foundInFile(dbFile, [student.caseId])).toEqual([student.caseId]);
});

test('nor could anybody with the key read one there', async () => {
  const text = await decryptedHistories(world.client, payloadKey);
  // What it is made of is there to be read, so a name would be too.
  expect(['document_action', 'teacher-call', '"truancy"'].filter((word) => !text.includes(word))).toEqual([]);
  const needles = [...(await personalData(world.db.owner)), 'Quintanilla', 'Almendra', 'Marisol'];
  expect(needles.filter((needle) => text.includes(needle))).toEqual([]);
});
