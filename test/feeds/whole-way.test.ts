import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { feedList } from '../../api/contracts/feeds.ts';
import { connectClient } from '../../bin/engine/connect.ts';
import { startWorker, type DistrictWorker } from '../../bin/engine/worker.ts';
import { decryptedHistories } from '../world/leaks.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type PersonAtApi } from '../world/api.ts';
import { servers, takeNamespace, type TestDatabase } from '../world/database.ts';
import { SAMPLES } from '../attendance/world.ts';
import { commandLine } from '../world/command-line.ts';
import { GOLDEN_KEY } from '../engine/golden-key.ts';
import '../world/world.ts';
import { EdfiServer } from './edfi-server.ts';
import { days, event, fillEdfi, noWaiting, openFeedWorld, setClock } from './world.ts';
import type { z } from 'zod';

/**
 * A feed from the command line to the pages, over a real engine: added, pulled, corrected; stopped, so that every page says so within
 * one cycle; and pulled again.
 */
const EVENTS = 'studentSchoolAttendanceEvents';
const SECRET = 'a-secret-of-the-district';
let world: TestDatabase;
let source: EdfiServer;
let client: Client;
let worker: DistrictWorker;
let api: ApiWorld;
let admin: PersonAtApi;
let token: string;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await openFeedWorld();
  ends.push(() => world.close());
  source = await new EdfiServer({ version: '6.1' }).start();
  ends.push(() => source.stop());
  const engine = { address: servers().temporalAddress, namespace: takeNamespace(), payloadKey: GOLDEN_KEY };
  const connected = await connectClient(engine);
  client = connected.client;
  ends.push(connected.close);
  const { wire } = noWaiting();
  const secretAt = (place: string): Promise<string> =>
    place === 'env:ROLLBOOK_FEED_SIS' ? Promise.resolve(SECRET) : Promise.reject(new Error('another secret was asked for'));
  worker = await startWorker({
    ...engine,
    db: world.worker,
    databaseUrl: world.workerUrl,
    samplesDir: SAMPLES,
    bundle: servers().bundle,
    secretAt,
    wire,
  });
  ends.push(() => worker.stop());
  api = await startEngineApi(world.apiUrl, client);
  ends.push(() => api.close());
  token = await addPerson(world.owner, 'administrator', null, 'admin');
  admin = api.as(token);
});
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

const rollbook = (...args: string[]): Promise<string> => commandLine(api.url, token, args);

const feed = async () => expectOk(await admin.get<z.infer<typeof feedList>>('/v1/feeds')).feeds[0]!;

async function until(what: string, holds: () => Promise<boolean>, patience = 60_000): Promise<void> {
  for (const end = performance.now() + patience; !(await holds()); await wait(50))
    if (performance.now() > end) throw new Error(`waited in vain: ${what}: ${JSON.stringify(await feed())}`);
}

/** Looks for feeds that are due, as the engine does every few minutes. */
async function cycle(): Promise<void> {
  await client.schedule.getHandle('district/feeds').trigger();
}

test('a feed goes the whole way', async () => {
  fillEdfi(source, 12);
  for (const day of ['02', '03', '04']) source.add(EVENTS, event('1', `2025-09-${day}`));
  const mistaken = source.add(EVENTS, event('2', '2025-09-02'));

  // Added, and tried out before it counts; a secret that the source does not take is told at once.
  expect(await rollbook('feed', 'list')).toContain('There is no feed');
  const secret = ['--secret', 'env:ROLLBOOK_FEED_SIS'];
  const added = await rollbook('feed', 'add', 'sis', 'edfi', source.url, '--client', source.clientId, ...secret, '--paused');
  expect(added).toContain('Added sis, paused. What its first pull would do: rollbook feed dry-run sis');
  source.secret = 'another';
  expect(await rollbook('feed', 'dry-run', 'sis')).toMatch(/could not be tried out[\s\S]*refuses the key rollbook-client with its secret/);
  source.secret = SECRET;
  const tried = await rollbook('feed', 'dry-run', 'sis');
  expect(tried.replace(/\s+/g, ' ')).toMatch(
    /The next pull of sis would be of everything\. Rows: read [\d,]+ = accepted [\d,]+ \+ rejected 0 \+ ignored 0\. It would (hold|wake no case)/,
  );
  expect(tried).toContain('Days: 4 added, 0 changed, 0 withdrawn; 5 school days covered.');
  expect(await days(world)).toEqual([]);
  const [deliveryId = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(tried) ?? [];
  expect(await rollbook('deliveries', 'show', deliveryId)).toContain('Tried out; nothing of it was taken.');

  // Resumed: everything comes by itself with the next look.
  expect(await rollbook('feed', 'resume', 'sis')).toContain('pulled again');
  expect(await rollbook('feed', 'add', 'sis', 'aeries', source.url, '--secret', 'file:sis')).toContain('There is a feed sis already');
  await cycle();
  await until('the first pull is taken', async () => (await feed()).health.state === 'well');
  expect(await days(world)).toHaveLength(4);
  const school = '990';
  const status = async () =>
    expectOk(await admin.get<{ feeds: { sentence: string }[]; attendanceCoveredUpTo: string }>(`/v1/schools/${school}/status`));
  expect(await status()).toMatchObject({ feeds: [], attendanceCoveredUpTo: '2025-09-05' });

  // Corrected in the source: the next night's pull brings it, and the account is that of a delivery.
  source.remove(EVENTS, mistaken);
  await setClock(world, '2025-09-09 02:05');
  await cycle();
  await until('the change is taken', async () => (await feed()).health.numbersOf === '2025-09-08');
  expect(await days(world)).toHaveLength(3);
  expect(await rollbook('deliveries', '--json')).toContain('"source": "feed sis"');

  // The source stops: with the first attempt every page that shows numbers says so, and of which day they are.
  await source.stop();
  await setClock(world, '2025-09-10 02:05');
  await cycle();
  await until('the pull is troubled', async () => (await feed()).health.state === 'failing');
  const sentence = `The feed sis (Ed-Fi API) has brought nothing since 2025-09-09 02:05. The server at ${new URL(source.url).host} refuses the connection: it is not running, or not at this address. The numbers shown are of 2025-09-08 and leave out what has happened since.`;
  expect((await status()).feeds).toEqual([expect.objectContaining({ feed: 'sis', state: 'failing', numbersOf: '2025-09-08' })]);
  expect((await status()).feeds[0]!.sentence).toContain(sentence);
  const { studentId, case_id: caseId } = await world
    .owner('student AS k')
    .join('student_identifier AS i', 'i.student_id', 'k.student_id')
    .where({ value: '1' })
    .first<{ studentId: string; case_id: string }>('k.student_id AS studentId', 'case_id');
  const pages = [
    `/v1/schools/${school}/absence-list`,
    `/v1/schools/${school}/submissions`,
    `/v1/schools/${school}/attendance-by-mode?from=2025-09-01&to=2025-09-09`,
    `/v1/cases`,
    `/v1/students?id=1`,
    `/v1/students/${studentId}`,
    `/v1/students/${studentId}/attendance`,
    `/v1/students/${studentId}/patterns`,
  ];
  for (const page of pages) {
    const { feeds } = expectOk(await admin.get<{ feeds: { sentence: string }[] }>(page));
    expect([page, feeds.map((one) => one.sentence.startsWith(sentence))]).toEqual([page, [true]]);
  }
  expect(caseId).toBeTruthy();
  expect((await rollbook('absence-list', school)).startsWith(sentence)).toBe(true);

  // It is back: the same pull goes on, and brings what was added meanwhile.
  source.add(EVENTS, event('3', '2025-09-09'));
  await source.start();
  await until('the feed is well again', async () => (await feed()).health.state === 'well');
  expect(await days(world)).toHaveLength(4);
  expect((await status()).feeds).toEqual([]);

  // Paused, pulled by hand, resumed and removed.
  expect(await rollbook('feed', 'pause', 'sis')).toContain('sis is paused');
  expect((await status()).feeds).toEqual([expect.objectContaining({ state: 'paused' })]);
  expect(await rollbook('feed', 'resume', 'sis')).toContain('pulled again');
  expect(await rollbook('feed', 'change', 'sis', '--at', '02:00,14:30', '--note', 'twice a day')).toBe('sis is changed.');
  expect((await feed()).changes).toMatchObject([{ note: 'twice a day', what: ['settings'] }]);
  expect(await rollbook('feed', 'change', 'sis', '--schools', '990', '--note', 'one alone')).toContain('everything is read anew');
  expect(await rollbook('feed', 'change', 'sis', '--schools', 'all', '--note', 'all of them')).toContain('everything is read anew');
  source.secret = 'changed in the source';
  await setClock(world, '2025-09-11 02:05');
  expect(await rollbook('feed', 'pull', 'sis', '--everything')).toContain('sis is being pulled');
  await until('the pull has failed', async () => (await feed()).health.failures === 1);
  expect(await rollbook('feed', 'list')).toContain('refuses the key rollbook-client with its secret');
  expect(await rollbook('feed', 'remove', 'sis')).toContain('sis is removed');
  expect(await rollbook('feed', 'pull', 'sis')).toContain('There is no feed sis');
  expect((await status()).feeds).toEqual([]);

  // Nothing of the secret, and nobody's name, is in the engine.
  const histories = await decryptedHistories(client, GOLDEN_KEY);
  expect(histories).toContain('feed/');
  for (const secret of [SECRET, 'token-1', 'Family1']) expect(histories).not.toContain(secret);
  await record();
}, 180_000);

/** Golden histories of feeds, when a release records its own (see golden.test.ts). */
async function record(): Promise<void> {
  const release = process.env['ROLLBOOK_RECORD_HISTORIES'];
  if (!release) return;
  const folder = fileURLToPath(new URL(`../histories/${release}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  const seen = new Map<string, number>();
  for await (const { workflowId, runId, type } of client.workflow.list()) {
    if (!['pullFeed', 'pullDueFeeds'].includes(type)) continue;
    const history = historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory());
    const n = (seen.get(type) ?? 0) + 1;
    seen.set(type, n);
    const compact = JSON.stringify(JSON.parse(history, (key, value: unknown) => (key === 'identity' ? 'recorder' : value)));
    writeFileSync(`${folder}${type}-${n}.json`, compact);
  }
}
