import type { z } from 'zod';
import type { changeFeed, feedEdited, feedList } from '../../api/contracts/feeds.ts';
import { readFeed, type Feed } from '../../store/feeds.ts';
import { addPerson, expectOk, NOBODY_ANSWERS, startTestApi, type ApiWorld, type PersonAtApi, type Reply } from '../world/api.ts';
import type { TestDatabase } from '../world/database.ts';
import { EdfiServer } from './edfi-server.ts';
import { days, event, feedOn, fillEdfi, health, openFeedWorld, pull, setClock } from './world.ts';

const EVENTS = 'studentSchoolAttendanceEvents';

/** A feed is changed while it is on record: what it was stays, and what was read of another source is read anew. */
let world: TestDatabase;
let api: ApiWorld;
let admin: PersonAtApi;
let first: EdfiServer;
let feed: Feed;

beforeAll(async () => {
  world = await openFeedWorld();
  api = await startTestApi({ databaseUrl: world.apiUrl, ...NOBODY_ANSWERS });
  admin = api.as(await addPerson(world.owner, 'administrator', null, 'admin'));
  first = await new EdfiServer().start();
  fillEdfi(first, 3);
  first.add(EVENTS, event('1', '2025-09-02'));
  feed = await feedOn(world, 'edfi', { url: first.url, clientId: first.clientId });
  await pull(world, feed);
});
afterAll(async () => {
  await first.stop();
  await api.close();
  await world.close();
});

const change = (body: Partial<z.input<typeof changeFeed>>, who = admin) =>
  who.command<z.output<typeof feedEdited>>('/v1/feeds/sis/change', { note: 'the vendor asked', ...body });
const problem = ({ status, problem: { type } }: Reply<unknown>): [number, string] => [status, type.replace('urn:rollbook:problem:', '')];
const listed = async () => expectOk(await admin.get<z.output<typeof feedList>>('/v1/feeds')).feeds[0]!;
const kinds = () => world.owner('feed_pull').orderBy('began_at').pluck<string[]>('kind');
const next = async (at: string): Promise<void> => {
  await setClock(world, at);
  await pull(world, (await readFeed(world.api, feed.feedId))!);
};

test('what would not fit a new feed is refused, and so is what changes nothing', async () => {
  const before = await listed();
  expect(problem(await change({ url: 'http://sis.example.org' }))).toEqual([422, 'invalid-request']);
  expect(problem(await change({ secret: 'hunter2' }))).toEqual([422, 'invalid-request']);
  expect(problem(await change({ clientId: null }))).toEqual([422, 'invalid-request']);
  expect((await change({ settings: { at: ['25:00'] } })).problem.errors).toEqual([
    { path: 'body.at.0', message: 'a time of day is HH:MM' },
  ]);
  expect(problem(await change({ settings: { colour: 'red' } }))).toEqual([422, 'invalid-request']);
  expect(problem(await change({ url: first.url }))).toEqual([409, 'feed-unchanged']);
  expect(problem(await admin.command('/v1/feeds/other/change', { note: 'n' }))).toEqual([404, 'not-found']);
  const clerk = api.as(await addPerson(world.owner, 'attendance_supervisor', null));
  expect(problem(await change({ secret: 'file:sis' }, clerk))).toEqual([403, 'role-not-allowed']);
  expect(await listed()).toEqual(before);
});

test('while it is being pulled it is not changed', async () => {
  await world.owner('feed_pull').insert({
    feed_id: feed.feedId,
    kind: 'changes',
    asked_by: 'schedule',
    began_at: '2025-09-08T09:30:00Z',
    day: '2025-09-08',
    through: '2025-09-07',
  });
  expect(problem(await change({ secret: 'file:sis' }))).toEqual([409, 'feed-busy']);
  await world.owner('feed_pull').where({ status: 'pulling' }).delete();
});

test('other times and another place of the secret change nothing of how far it has been read', async () => {
  expect(expectOk(await change({ secret: 'file:sis', settings: { at: ['05:00', '03:30', '05:00'], reconcileOn: 7 } }))).toMatchObject({
    state: 'active',
    readsAnew: false,
  });
  const shown = await listed();
  expect(shown).toMatchObject({
    secret: 'file:sis',
    url: first.url,
    settings: { at: ['03:30', '05:00'], reconcileOn: 7, windowDays: 15 },
    changes: [{ by: 'admin', note: 'the vendor asked', what: ['secret', 'settings'] }],
  });
  expect((await health(world)).nextAttempt).toBe('2025-09-08T10:30:00.000Z');
  await next('2025-09-09 03:35');
  expect(await kinds()).toEqual(['reconcile', 'changes']);
});

test('with other schools everything is read anew', async () => {
  expect(expectOk(await change({ settings: { schools: ['990'] } })).readsAnew).toBe(true);
  await next('2025-09-10 03:35');
  expect(await kinds()).toEqual(['reconcile', 'changes', 'reconcile']);
  expect(expectOk(await change({ settings: { schools: null } })).readsAnew).toBe(true);
  expect((await listed()).changes).toHaveLength(3);
});

test('at another address everything is read anew, once, though the source counts its changes otherwise', async () => {
  const second = await new EdfiServer().start();
  try {
    fillEdfi(second, 3);
    second.add(EVENTS, event('2', '2025-09-03'));
    expect(expectOk(await change({ url: second.url, clientId: second.clientId })).readsAnew).toBe(true);
    await next('2025-09-11 03:35');
    await next('2025-09-12 03:35');
    expect(await kinds()).toEqual(['reconcile', 'changes', 'reconcile', 'reconcile', 'changes']);
    // What the first source had and this one has not is gone, as with every reconcile.
    expect((await days(world)).map((line) => line.split(' ').slice(0, 2))).toEqual([['2', '2025-09-03']]);
  } finally {
    await second.stop();
  }
});
