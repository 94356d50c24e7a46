import type { TestDatabase } from '../world/database.ts';
import { edfiServers, type EdfiServer } from './edfi-server.ts';
import { days, event, feedOn, fillEdfi, health, openFeedWorld, pull, setClock, stay, student } from './world.ts';

const EVENTS = 'studentSchoolAttendanceEvents';
/** What an Ed-Fi API does besides: it changes while it is read, or cannot tell what changed. */
let world: TestDatabase;
const { started, stopped } = edfiServers();
beforeEach(async () => {
  world = await openFeedWorld();
});
afterEach(async () => {
  await stopped();
  await world.close();
});

const feedOf = (server: EdfiServer, settings = {}) => feedOn(world, 'edfi', { url: server.url, clientId: server.clientId, settings });

test('a record that leaves the window while it is read makes no other one missing', async () => {
  const server = await started();
  fillEdfi(server, 1_100);
  const feed = await feedOf(server);
  await pull(world, feed);
  const ids = Array.from({ length: 1_100 }, (_none, n) => server.add(EVENTS, event(String(n + 1), '2025-09-03')));
  // While the pages come, some of their records are changed and so move out of the window of this pull.
  server.troubles.push({
    on: /AttendanceEvents\?minChange.*offset=500/,
    with: { status: 503 },
    also: () => ids.slice(0, 40).forEach((id) => server.change(EVENTS, id, { attendanceEventReason: 'late' })),
  });
  await setClock(world, '2025-09-09 02:00');
  await pull(world, feed);
  await setClock(world, '2025-09-10 02:00');
  await pull(world, feed);
  expect(await days(world)).toHaveLength(1_100);
});

test('an event that is added while a reconcile reads a school hides no other one: the school is read again', async () => {
  const server = await started();
  fillEdfi(server, 3);
  server.add(EVENTS, event('1', '2025-09-02'));
  server.troubles.push({
    on: 'AttendanceEvents?schoolId',
    with: { status: 500 },
    also: () => server.add(EVENTS, event('2', '2025-09-03')),
  });
  await pull(world, await feedOf(server));
  expect(await days(world)).toEqual(['1 2025-09-02 unexcused absence', '2 2025-09-03 unexcused absence']);
});

test('of a school whose events never stand still a reconcile says nothing, and its days stay as they are', async () => {
  const server = await started();
  fillEdfi(server, 3, [990, 991]);
  const one = server.add(EVENTS, event('1', '2025-09-02'));
  const feed = await feedOf(server);
  await pull(world, feed);
  server.remove(EVENTS, one, { silently: true });
  const also = (): void => void server.add(EVENTS, event('2', '2025-09-04'));
  server.troubles.push({ on: 'AttendanceEvents?schoolId=990', times: 99, with: 'nothing', also });
  const { deliveries } = await pull(world, feed, { kind: 'reconcile' });
  const { coverage } = await world.owner('delivery').where({ delivery_id: deliveries[0] }).first<{ coverage: object }>('coverage');
  expect(coverage).toMatchObject({ schools: ['991'], complete: true });
  expect(await days(world)).toEqual(['1 2025-09-02 unexcused absence']);
  expect((await health(world)).leftOut).toEqual([`${EVENTS}.990.json.gz`]);
});

test('an API that cannot tell what changed is read anew for the days of the window', async () => {
  const server = await started({ changeQueries: false });
  fillEdfi(server, 2);
  const gone = server.add(EVENTS, event('1', '2025-09-02'));
  const feed = await feedOf(server);
  await pull(world, feed);
  server.remove(EVENTS, gone);
  server.add('students', student('9'));
  server.add('studentSchoolAssociations', stay('9'));
  server.add(EVENTS, event('9', '2025-09-08'));
  await setClock(world, '2025-09-09 02:00');
  await pull(world, feed);
  expect(await days(world)).toEqual(['9 2025-09-08 unexcused absence']);
  expect(await world.owner('feed_pull').orderBy('began_at').pluck('kind')).toEqual(['reconcile', 'changes']);
});

test('an API that does not say what was deleted, or was set up anew, is read whole', async () => {
  const server = await started({ version: '5.2' });
  fillEdfi(server, 2);
  const gone = server.add(EVENTS, event('1', '2025-09-02'));
  const feed = await feedOf(server);
  await pull(world, feed);
  server.remove(EVENTS, gone);
  await setClock(world, '2025-09-09 02:00');
  await pull(world, feed);
  expect(await days(world)).toEqual([]);
  server.add(EVENTS, event('2', '2025-09-05'));
  server.oldest = server.newest + 1;
  await setClock(world, '2025-09-10 02:00');
  await pull(world, feed);
  expect(await days(world)).toEqual(['2 2025-09-05 unexcused absence']);
  expect(await world.owner('feed_pull').orderBy('began_at').pluck('kind')).toEqual(['reconcile', 'reconcile', 'reconcile']);
});
