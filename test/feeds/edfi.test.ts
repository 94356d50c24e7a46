import { readCursors } from '../../store/feeds.ts';
import type { TestDatabase } from '../world/database.ts';
import { edfiServers, type EdfiServer } from './edfi-server.ts';
import { days, event, feedOn, fillEdfi, health, noWaiting, openFeedWorld, pull, sectionEvent, setClock, stay, student } from './world.ts';

const EVENTS = 'studentSchoolAttendanceEvents';
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

describe.each(['5.3', '6.1', '7.2'] as const)('an Ed-Fi API %s', (version) => {
  test('is read whole with the first pull; then changes, corrections and deletions come by themselves, each once', async () => {
    const server = await started({ version });
    fillEdfi(server, 3);
    server.add(EVENTS, event('1', '2025-09-02'));
    const wrong = server.add(EVENTS, event('2', '2025-09-02'));
    const gone = server.add(EVENTS, event('3', '2025-09-03'));
    const feed = await feedOf(server);

    // Monday, 2:00: what was on Friday and before is complete.
    const first = await pull(world, feed);
    expect(first.counts.map(({ rejected }) => rejected)).toEqual([0]);
    expect(await days(world)).toEqual([
      '1 2025-09-02 unexcused absence',
      '2 2025-09-02 unexcused absence',
      '3 2025-09-03 unexcused absence',
    ]);
    expect(await health(world)).toMatchObject({ state: 'well', sentence: null, numbersOf: '2025-09-07', failures: 0 });
    expect(await readCursors(world.api, feed.feedId)).toMatchObject({ [EVENTS]: server.newest, students: server.newest });

    // Corrected by deletion and a new event, as the category is part of the key; deleted; and one of the day before.
    server.remove(EVENTS, wrong);
    server.add(EVENTS, event('2', '2025-09-02', 'Excused Absence'));
    server.remove(EVENTS, gone);
    server.add(EVENTS, event('1', '2025-09-08'));
    await setClock(world, '2025-09-09 02:00');
    const second = await pull(world, feed);
    expect(await days(world)).toEqual(['1 2025-09-02 unexcused absence', '1 2025-09-08 unexcused absence', '2 2025-09-02 excused absence']);
    expect(second.counts.map(({ rejected }) => rejected)).toEqual(second.counts.map(() => 0));

    // Nothing happened: nothing changes, and the day is complete all the same.
    await setClock(world, '2025-09-10 02:00');
    const third = await pull(world, feed);
    expect(third.counts.map(({ days: { added, changed, withdrawn } }) => added + changed + withdrawn)).toEqual([0]);
    expect(await world.owner('covered_day').orderBy('date').pluck('date')).toEqual([
      '2025-09-01', '2025-09-02', '2025-09-03', '2025-09-04', '2025-09-05', '2025-09-08', '2025-09-09',
    ]); // prettier-ignore
  });

  test('a deleted event of a day for which another one stands leaves the other one', async () => {
    const server = await started({ version });
    fillEdfi(server, 1);
    const one = server.add(EVENTS, event('1', '2025-09-02'));
    server.add(EVENTS, event('1', '2025-09-02', 'Excused Absence'));
    const feed = await feedOf(server);
    await pull(world, feed);
    expect(await days(world)).toEqual(['1 2025-09-02 excused absence']);
    server.remove(EVENTS, one);
    await setClock(world, '2025-09-09 02:00');
    await pull(world, feed);
    expect(await days(world)).toEqual(['1 2025-09-02 excused absence']);
  });
});

test('a weekly reconcile finds the deletion that the changes did not tell of', async () => {
  const server = await started();
  fillEdfi(server, 2);
  const purged = server.add(EVENTS, event('1', '2025-09-02'));
  server.add(EVENTS, event('2', '2025-09-02'));
  const feed = await feedOf(server);
  await pull(world, feed);
  server.remove(EVENTS, purged, { silently: true });
  await setClock(world, '2025-09-12 02:00');
  await pull(world, feed);
  expect(await days(world)).toHaveLength(2);
  expect((await health(world)).nextReconcile).toBe('2025-09-13T09:00:00.000Z');
  await setClock(world, '2025-09-13 02:00');
  await pull(world, feed);
  expect(await days(world)).toEqual(['2 2025-09-02 unexcused absence']);
  expect(await world.owner('feed_pull').orderBy('began_at').pluck('kind')).toEqual(['reconcile', 'changes', 'reconcile']);
});

test('the day itself is complete only from the time on that the feed says', async () => {
  const server = await started();
  fillEdfi(server, 1);
  server.add(EVENTS, event('1', '2025-09-09'));
  const feed = await feedOf(server, { at: ['02:00', '17:00'] });
  await setClock(world, '2025-09-09 11:00');
  await pull(world, feed);
  expect(await days(world)).toEqual(['1 2025-09-09 unexcused absence']);
  expect(await world.owner('covered_day').where({ date: '2025-09-09' })).toEqual([]);
  await setClock(world, '2025-09-09 17:00');
  await pull(world, feed);
  expect(await world.owner('covered_day').where({ date: '2025-09-09' })).toHaveLength(1);
});

test('lists of more than a page come whole, in either way, and their number is asked for once', async () => {
  const server = await started();
  fillEdfi(server, 1_203);
  for (let n = 1; n <= 1_203; n += 1) server.add(EVENTS, event(String(n), '2025-09-03'));
  const feed = await feedOf(server);
  const { counts } = await pull(world, feed);
  expect(counts[0]).toMatchObject({ rejected: 0, days: { added: 1_203 } });
  const pages = server.asked.filter((asked) => asked.includes(`${EVENTS}?schoolId`));
  expect(pages.filter((asked) => asked.includes('totalCount'))).toHaveLength(1);
  expect(pages.map((asked) => new URLSearchParams(asked.split('?')[1]).get('offset'))).toEqual(['0', '1000', '500', '0']);
});

test('a token that ends in the middle is renewed, and a wrong secret is told as one', async () => {
  const server = await started({ tokenLasts: 4 });
  fillEdfi(server, 2);
  const feed = await feedOf(server);
  await pull(world, feed);
  expect(server.asked.filter((asked) => asked.includes('/oauth/token')).length).toBeGreaterThan(3);
  await expect(pull(world, feed, { secret: 'another' })).rejects.toThrow(
    `The server at ${new URL(server.url).host} refuses the key rollbook-client with its secret (invalid_client)`,
  );
  expect((await health(world)).sentence).toMatch(
    /^The feed sis \(Ed-Fi API\) has brought nothing since 2025-09-08 02:00\. The server at 127\.0\.0\.1:\d+ refuses the key/,
  );
});

test('what passes by itself is waited for: a 429 as long as it says, server errors and broken connections ever longer', async () => {
  const server = await started();
  fillEdfi(server, 2);
  server.add(EVENTS, event('1', '2025-09-02'));
  server.troubles.push(
    { on: '/students?', with: { status: 429, headers: { 'retry-after': '7' } } },
    { on: 'AttendanceEvents?schoolId', times: 2, with: { status: 503 } },
    { on: 'calendarDates?', with: { breakAfter: 20_000 } },
    { on: 'schoolAssociations?'.replace('school', 'studentSchool'), with: { garbage: '<html>Sign in</html>' } },
  );
  const { pauses, wire } = noWaiting();
  await pull(world, await feedOf(server), { wire });
  expect(await days(world)).toEqual(['1 2025-09-02 unexcused absence']);
  expect(pauses.sort((a, b) => a - b)).toEqual([1_000, 1_000, 1_000, 2_000, 7_000]);
});

test('what does not pass fails the pull with its reason; the cursors stay, nothing is kept, and the next pull brings it all', async () => {
  const server = await started();
  fillEdfi(server, 2);
  const feed = await feedOf(server);
  await pull(world, feed);
  const before = await readCursors(world.api, feed.feedId);
  server.add(EVENTS, event('1', '2025-09-05'));
  server.troubles.push({ on: `${EVENTS}?minChange`, times: 99, with: { garbage: '[{"id":' } });
  await setClock(world, '2025-09-09 02:00');
  await expect(pull(world, feed)).rejects.toThrow('sent something that is not JSON');
  expect(await readCursors(world.api, feed.feedId)).toEqual(before);
  expect(await health(world)).toMatchObject({ state: 'failing', numbersOf: '2025-09-07', failures: 1 });
  expect((await health(world)).nextAttempt).toMatch(/^2025-09-09T09:10:0/);
  expect(await world.owner('delivery').whereNotIn('status', ['done', 'cancelled'])).toEqual([]);
  server.troubles.length = 0;
  await pull(world, feed);
  expect(await days(world)).toEqual(['1 2025-09-05 unexcused absence']);
  expect(await health(world)).toMatchObject({ state: 'well', sentence: null });
});

test('a stay whose entry day was mistaken is moved, and one that was deleted is taken back', async () => {
  const server = await started({ version: '6.1' });
  fillEdfi(server, 0);
  server.add('students', student('1'));
  const moved = server.add('studentSchoolAssociations', stay('1', '2025-09-01'));
  server.add('students', student('2'));
  server.add('studentSchoolAssociations', stay('2', '2025-08-15'));
  const twice = server.add('studentSchoolAssociations', stay('2', '2025-09-02'));
  const feed = await feedOf(server);
  await pull(world, feed);
  server.rename('studentSchoolAssociations', moved, { entryDate: '2025-09-03' });
  server.remove('studentSchoolAssociations', twice);
  await setClock(world, '2025-09-09 02:00');
  await pull(world, feed);
  expect(await world.owner('enrollment').orderBy('entry_date').pluck('entry_date')).toEqual(['2025-08-15', '2025-09-03']);
});

test('events of sections come with their periods; where one is deleted or corrected, the school’s day is read whole', async () => {
  const server = await started();
  fillEdfi(server, 2);
  const SECTIONS = 'studentSectionAttendanceEvents';
  const ids = ['1', '2', '3'].map((period) => server.add(SECTIONS, sectionEvent('1', '2025-09-02', period)));
  server.add(SECTIONS, sectionEvent('2', '2025-09-02', '1'));
  const feed = await feedOf(server);
  await pull(world, feed);
  const periods = async () => {
    const { rows } = await world.owner.raw<{ rows: { line: string }[] }>(
      `SELECT i.value || ' ' || p.period || ' ' || p.code AS line FROM attendance_period p
       JOIN student_identifier i ON i.student_id = p.student_id AND i.scheme = 'ssid' ORDER BY 1`,
    );
    return rows.map(({ line }) => line);
  };
  const absent = 'unexcused absence';
  expect(await periods()).toEqual([`1 1 ${absent}`, `1 2 ${absent}`, `1 3 ${absent}`, `2 1 ${absent}`]);
  server.remove(SECTIONS, ids[0]!);
  server.remove(SECTIONS, ids[1]!);
  server.add(SECTIONS, sectionEvent('1', '2025-09-02', '2', 'Excused Absence'));
  await setClock(world, '2025-09-09 02:00');
  const { counts } = await pull(world, feed);
  expect(counts.map(({ rejected }) => rejected)).toEqual(counts.map(() => 0));
  expect(await periods()).toEqual(['1 2 excused absence', `1 3 ${absent}`, `2 1 ${absent}`]);
});

test('a student who was in the source before but is enrolled only now comes with the enrollment', async () => {
  const server = await started();
  fillEdfi(server, 1);
  server.add('students', student('7'));
  const feed = await feedOf(server);
  await pull(world, feed);
  server.add('studentSchoolAssociations', stay('7', '2025-09-05'));
  server.add(EVENTS, event('7', '2025-09-08'));
  await setClock(world, '2025-09-09 02:00');
  await pull(world, feed);
  expect(await days(world)).toEqual(['7 2025-09-08 unexcused absence']);
});

test('what the client may not read is left out and said; without attendance there is no pull', async () => {
  const server = await started({ forbidden: ['sections', 'studentEducationOrganizationAssociations'] });
  fillEdfi(server, 1);
  const feed = await feedOf(server);
  await pull(world, feed);
  expect((await health(world)).leftOut).toEqual(['sections', 'studentEducationOrganizationAssociations']);
  server.options.forbidden!.push(EVENTS);
  await expect(pull(world, feed)).rejects.toThrow(`does not let the feed read /edfi/data/v3/ed-fi/${EVENTS} (403)`);
});

test('a feed of some schools speaks of them alone', async () => {
  const server = await started();
  fillEdfi(server, 2, [990, 991]);
  server.add('students', student('8'));
  server.add('studentSchoolAssociations', stay('8', '2025-09-01', 991));
  server.add(EVENTS, event('8', '2025-09-02', undefined, 991));
  server.add(EVENTS, event('1', '2025-09-02'));
  await pull(world, await feedOf(server, { schools: ['990'] }));
  expect(await days(world)).toEqual(['1 2025-09-02 unexcused absence']);
  expect(await world.owner('school').pluck('school_id')).toEqual(['990']);
  expect(await world.owner('covered_day').distinct().pluck('school_id')).toEqual(['990']);
});
