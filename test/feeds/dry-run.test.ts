import type { z } from 'zod';
import type { addFeed, feedDryRun, feedList } from '../../api/contracts/feeds.ts';
import { dryRunFeed } from '../../attendance/feeds/dry-run.ts';
import { readDelivery, refusedRows, type DeliveryCounts } from '../../store/attendance-delivery.ts';
import { askForFeedDryRun, cancelFeedDryRun, failFeedDryRun, readFeedDryRun } from '../../store/feed-dry-runs.ts';
import { readCursors, type Feed } from '../../store/feeds.ts';
import { contents } from '../attendance/delivery-world.ts';
import { addPerson, expectOk, NOBODY_ANSWERS, startTestApi } from '../world/api.ts';
import type { TestDatabase } from '../world/database.ts';
import { AeriesServer } from './aeries-server.ts';
import { EdfiServer } from './edfi-server.ts';
import { days, event, feedOn, fillEdfi, health, noWaiting, openFeedWorld, pull, setClock, weekdays } from './world.ts';

const EVENTS = 'studentSchoolAttendanceEvents';
/** The ninth school day of the year has ended: late enough to be absent often, early enough for a year to begin with Rollbook. */
const THURSDAY = '2025-09-11 17:00';
const DAYS = weekdays('2025-09-01', '2025-09-11');

let world: TestDatabase;
beforeEach(async () => {
  world = await openFeedWorld(THURSDAY);
});
afterEach(() => world.close());

/** Has a feed tried out as the workflow does. */
async function tryOut(feed: Feed, secret = 'a-secret-of-the-district') {
  const dryRunId = await world.api.transaction((trx) => askForFeedDryRun(trx, feed.feedId, 'ana'));
  const pulling = { secretAt: () => Promise.resolve(secret), wire: noWaiting().wire };
  const kept = await dryRunFeed(world.worker, feed.feedId, dryRunId!, pulling);
  return { kept, ...(await readFeedDryRun(world.api, feed.feedId))! };
}

/** The accounts of the deliveries of a dry run, in their order; what only a dry run tells left out. */
const accounts = async (deliveries: string[]): Promise<unknown[]> => {
  const found: unknown[] = [];
  for (const id of deliveries) {
    const { span: _days, ...counts } = (await readDelivery(world.api, id))!.dryRun!.counts!;
    found.push(counts);
  }
  return found;
};
const plain = (counts: DeliveryCounts[]): unknown[] => counts.map(({ span: _days, ...rest }): unknown => JSON.parse(JSON.stringify(rest)));

/** All that is on record, but for the dry run itself. */
const onRecord = async (): Promise<unknown> =>
  Object.fromEntries(
    Object.entries(await contents(world.owner)).filter(([table]) => !/^(delivery|dry_run|feed_pull|feed_delivery)/.test(table)),
  );

test('says what the first pull will do, moves nothing, and a pull right after does exactly that', async () => {
  const server = await new EdfiServer().start();
  try {
    fillEdfi(server, 8);
    for (const student of ['1', '2', '3']) for (const day of DAYS) server.add(EVENTS, event(student, day));
    server.add(EVENTS, event('4', '2025-09-02', 'Gone fishing'));
    server.add(EVENTS, event('5', '2025-09-06'));
    const feed = await feedOn(world, 'edfi', { url: server.url, clientId: server.clientId });
    await world.owner('feed').update({ state: 'paused' });
    const before = await onRecord();
    const said = await tryOut(feed);
    expect(await onRecord()).toEqual(before);
    expect(said).toMatchObject({ kept: true, state: 'tried', kind: 'reconcile', problem: null, leftOut: [] });
    expect(said.account).toMatchObject({
      rejected: 2,
      reasons: { 'unknown-code': 1, 'not-a-school-day': 1 },
      days: { added: 27, covered: 9 },
      consequences: { opens: 3, woken: 3 },
      unknownCodes: [{ codeSet: 'edfi', code: 'gone fishing', rows: 1 }],
      unknownFiles: [],
      newStudents: 8,
    });
    expect(said.read).toBeGreaterThan(0);
    expect(await readCursors(world.api, feed.feedId)).toEqual({});
    expect(await days(world)).toEqual([]);
    expect(await health(world)).toMatchObject({ state: 'paused', failures: 0, lastAttempt: null, running: null });
    // What would not be taken can be read, row by row; the bytes are let go of.
    const [first = ''] = said.deliveries;
    expect((await refusedRows(world.api, first, { of: 'dry run', outcome: 'rejected', limit: 9 })).map(({ reason }) => reason)).toEqual([
      'unknown-code',
      'not-a-school-day',
    ]);
    expect(await readDelivery(world.api, first)).toMatchObject({ status: 'cancelled', source: 'feed sis, dry run' });
    expect(await world.owner('delivery_part')).toEqual([]);

    const done = await pull(world, feed);
    expect(await accounts(said.deliveries)).toEqual(plain(done.counts));
    expect(await world.owner('outbox')).toHaveLength(3);
    expect(await health(world)).toMatchObject({ numbersOf: '2025-09-11', failures: 0 });
  } finally {
    await server.stop();
  }
});

test('of changes tells what is taken back, over all deliveries of the pull together', async () => {
  const server = await new EdfiServer().start();
  try {
    fillEdfi(server, 3);
    const ids = DAYS.map((day) => server.add(EVENTS, event('1', day)));
    const feed = await feedOn(world, 'edfi', { url: server.url, clientId: server.clientId });
    await pull(world, feed);
    await world.owner('outbox').delete();
    for (const id of ids) server.remove(EVENTS, id);
    for (const student of ['2', '3']) for (const day of [...DAYS, '2025-09-12']) server.add(EVENTS, event(student, day));
    await setClock(world, '2025-09-12 17:00');
    const cursors = await readCursors(world.api, feed.feedId);
    const said = await tryOut(feed);
    expect(said.kind).toBe('changes');
    expect(said.deliveries.length).toBeGreaterThan(1);
    expect(said.account).toMatchObject({ days: { added: 20, changed: 9 } });
    // Nobody has a case yet in this district without an engine, so that whoever is woken gets one.
    expect(said.account?.consequences.woken).toBe(3);
    expect(await readCursors(world.api, feed.feedId)).toEqual(cursors);
    expect(await days(world)).toHaveLength(9);
    const done = await pull(world, feed);
    expect(await accounts(said.deliveries)).toEqual(plain(done.counts));
    expect(await world.owner('outbox')).toHaveLength(3);
  } finally {
    await server.stop();
  }
});

test('of an Aeries feed goes by what the source says of its codes, and keeps nothing of that', async () => {
  const server = await new AeriesServer().start();
  try {
    server.fill(990, [120001, 120002]);
    server.codes.push({
      SchoolCode: 990,
      AbsenceCode: 'E',
      TypeCode: '3',
      Title: 'Unexcused',
      IsSuspension: false,
      IndependentStudyCode: '',
    });
    server.mark(120001, '2025-09-02', 'E');
    server.mark(120002, '2025-09-03', '!');
    const feed = await feedOn(world, 'aeries', { url: server.url });
    const said = await tryOut(feed, server.certificate);
    expect(said.account).toMatchObject({ days: { added: 1 }, unknownCodes: [{ codeSet: 'aeries', code: '!', rows: 1 }] });
    expect(await world.owner('attendance_code').where({ mapped_by: 'feed:sis' })).toEqual([]);
    const done = await pull(world, feed, { secret: server.certificate });
    expect(await accounts(said.deliveries)).toEqual(plain(done.counts));
  } finally {
    await server.stop();
  }
});

test('tells what stands in the way, and the feed is none the worse for it', async () => {
  const server = await new EdfiServer().start();
  fillEdfi(server, 2);
  const feed = await feedOn(world, 'edfi', { url: server.url, clientId: server.clientId });
  const { host } = new URL(server.url);
  await expect(tryOut(feed, 'wrong')).rejects.toThrow(
    `The server at ${host} refuses the key rollbook-client with its secret (invalid_client)`,
  );
  const open = (await readFeedDryRun(world.api, feed.feedId))!;
  await failFeedDryRun(world.worker, open.dryRunId, 'because', 'feed:sis');
  expect(await readFeedDryRun(world.api, feed.feedId)).toMatchObject({ state: 'untried', problem: 'because', account: null });
  await server.stop();
  await expect(tryOut(feed)).rejects.toThrow(`The server at ${host} refuses the connection: it is not running, or not at this address.`);
  expect(await health(world)).toMatchObject({ state: 'waiting', failures: 0, problem: null });
});

test('a pull goes its way while a dry run is asked for, and a dry run that was cancelled keeps nothing', async () => {
  const server = await new EdfiServer().start();
  try {
    fillEdfi(server, 2);
    server.add(EVENTS, event('1', '2025-09-02'));
    const feed = await feedOn(world, 'edfi', { url: server.url, clientId: server.clientId });
    const dryRunId = (await world.api.transaction((trx) => askForFeedDryRun(trx, feed.feedId, 'ana')))!;
    await pull(world, feed);
    expect(await days(world)).toHaveLength(1);
    // Cancelled while its files come: what it writes next finds that nobody asks any more.
    const also = (): void => void world.api.transaction((trx) => cancelFeedDryRun(trx, feed.feedId, 'ana'));
    server.troubles.push({ on: '/students?', with: { status: 503, headers: { 'retry-after': '1' } }, also });
    const wire = { pause: () => new Promise<void>((resolve) => setTimeout(resolve, 100)) };
    const pulling = { secretAt: () => Promise.resolve(server.secret), wire };
    expect(await dryRunFeed(world.worker, feed.feedId, dryRunId, pulling)).toBe(false);
    expect(await readFeedDryRun(world.api, feed.feedId)).toMatchObject({ state: 'cancelled', account: null });
    expect(await world.owner('delivery').whereIn('status', ['receiving', 'queued', 'running'])).toEqual([]);
    expect(await dryRunFeed(world.worker, feed.feedId, dryRunId, pulling)).toBe(false);
  } finally {
    await server.stop();
  }
});

test('is asked for, read and cancelled by whoever may', async () => {
  const api = await startTestApi({ databaseUrl: world.apiUrl, ...NOBODY_ANSWERS });
  try {
    const admin = api.as(await addPerson(world.owner, 'administrator', null, 'admin'));
    const supervisor = api.as(await addPerson(world.owner, 'attendance_supervisor', null, 'sup'));
    const body = {
      name: 'sis',
      system: 'edfi',
      url: 'http://127.0.0.1:9/',
      clientId: 'k',
      secret: 'env:ROLLBOOK_FEED_SIS',
      paused: true,
    } satisfies z.input<typeof addFeed>;
    expect((await admin.command<{ state: string }>('/v1/feeds', body)).body).toMatchObject({ state: 'paused' });
    expect(expectOk(await admin.get<z.output<typeof feedList>>('/v1/feeds')).feeds[0]?.health.nextAttempt).toBeNull();
    expect((await admin.get('/v1/feeds/sis/dry-run')).status).toBe(404);
    const asked = await admin.command<{ dryRunId: string }>('/v1/feeds/sis/dry-run', {});
    expect([asked.status, asked.headers.get('location')]).toEqual([202, '/v1/feeds/sis/dry-run']);
    expect((await supervisor.command('/v1/feeds/sis/dry-run', {})).status).toBe(403);
    const again = await admin.command('/v1/feeds/sis/dry-run', {});
    expect([again.status, again.problem.type]).toEqual([409, 'urn:rollbook:problem:feed-busy']);
    const seen = expectOk(await supervisor.get<z.output<typeof feedDryRun>>('/v1/feeds/sis/dry-run'));
    expect(seen).toMatchObject({ dryRunId: asked.body.dryRunId, state: 'fetching', kind: null, account: null, progress: null });
    expect((await admin.command('/v1/feeds/sis/dry-run/cancel', {})).status).toBe(200);
    expect((await admin.command('/v1/feeds/sis/dry-run/cancel', {})).status).toBe(404);
    expect(expectOk(await admin.get<z.output<typeof feedDryRun>>('/v1/feeds/sis/dry-run')).state).toBe('cancelled');
  } finally {
    await api.close();
  }
});
