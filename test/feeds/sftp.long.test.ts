import type { TestDatabase } from '../world/database.ts';
import { keyPair, SftpServer } from './sftp-server.ts';
import { attendance, change, dropRoster, feedOf, night, row } from './sftp-world.ts';
import { days, feedOn, health, noWaiting, openFeedWorld, pull, setClock } from './world.ts';

/** What else a folder of files may be: of many nights, of the whole year, behind a key. */
let world: TestDatabase;
let server: SftpServer;
beforeEach(async () => {
  world = await openFeedWorld('2025-09-08 02:00');
  server = await new SftpServer().start();
});
afterEach(async () => {
  await server.stop();
  await world.close();
});

test('files of several nights are taken in the order in which they were written, so that the last word counts', async () => {
  dropRoster(server, night('2025-09-08'));
  server.put('attendance_20250910.csv', attendance(row(120001, '2025-09-08', 'absent', 'Excused')), night('2025-09-10'));
  server.put('attendance_20250909.csv', attendance(row(120001, '2025-09-08')), night('2025-09-09'));
  await setClock(world, '2025-09-10 02:00');
  const { counts } = await pull(world, await feedOf(world, server));
  expect(counts).toHaveLength(2);
  expect(await days(world)).toEqual(['120001 2025-09-08 absent/excused']);
});

test('a full-year export is heard of its last days every night and of the whole year once a week; only its latest file counts', async () => {
  dropRoster(server, night('2025-09-08'));
  const old = row(120001, '2025-09-01');
  server.put('att-0907.csv', attendance(old, row(120001, '2025-09-04'), row(120002, '2025-09-04')), '2025-09-08T06:00:00Z');
  server.put('att-0908.csv', attendance(old, row(120001, '2025-09-04')), night('2025-09-08'));
  const feed = await feedOf(world, server, { exports: 'year', windowDays: 5, reconcileOn: 6 });
  const first = await pull(world, feed);
  expect(first.counts).toHaveLength(1);
  expect(await days(world)).toEqual(['120001 2025-09-01 absent/unexcused', '120001 2025-09-04 absent/unexcused']);
  expect(await world.owner('covered_day').where({ school_id: '990' }).max('date AS last').min('date AS first').first()).toEqual({
    first: '2025-09-01',
    last: '2025-09-05',
  });

  // Neither day is in the file any more; the night takes back the one of its last days.
  server.put('att-0909.csv', attendance(row(120002, '2025-09-05')), night('2025-09-09'));
  await setClock(world, '2025-09-08 16:30');
  const second = await pull(world, feed);
  expect(await days(world)).toEqual(['120001 2025-09-01 absent/unexcused', '120002 2025-09-05 absent/unexcused']);
  expect(second.counts).toHaveLength(1);
  // The week's reconcile hears of the year, though nothing new has come.
  await setClock(world, '2025-09-13 02:00');
  await pull(world, feed);
  expect(await days(world)).toEqual(['120002 2025-09-05 absent/unexcused']);
  expect((await health(world)).numbersOf).toBe('2025-09-08');

  // Half a file says nothing about what is missing in it.
  server.put('att-0910.csv', attendance(row(120002, '2025-09-08')), night('2025-09-14'));
  server.onList = () =>
    server.put('att-0910.csv', attendance(row(120002, '2025-09-08'), row(120001, '2025-09-08')), '2025-09-14T08:30:05Z');
  await setClock(world, '2025-09-14 02:00');
  await expect(pull(world, feed)).rejects.toThrow('att-0910.csv is still being written');
});

test('a user is let in by a private key as well', async () => {
  const pair = keyPair();
  const keyed = await new SftpServer({ publicKey: pair.public }).start();
  try {
    keyed.put('schools.csv', 'School_id,School_name\n990,Hoover High\n', night('2025-09-08'));
    const feed = await feedOn(world, 'sftp', { url: keyed.url, clientId: keyed.user, settings: { hostKey: keyed.hostKey } });
    await expect(pull(world, feed, { secret: keyPair().private })).rejects.toThrow(
      'refuses the user rollbook with the key that lies where the feed says',
    );
    await expect(pull(world, feed, { secret: '-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense' })).rejects.toThrow('cannot be read');
    await pull(world, feed, { secret: pair.private });
    expect(await world.owner('school').pluck('school_id')).toEqual(['990']);
    expect(keyed.signIns).not.toContain('password');
  } finally {
    await keyed.stop();
  }
});

test('a file that still grows, or that nothing marks as whole, is left alone until it is', async () => {
  dropRoster(server, night('2025-09-08'));
  server.put('attendance.csv', attendance(row(120001, '2025-09-02')), night('2025-09-08'));
  server.put('more.csv.filepart', attendance(row(120002, '2025-09-02')), night('2025-09-08'));
  let growing = true;
  server.onList = () => {
    if (growing) server.put('attendance.csv', attendance(row(120001, '2025-09-02'), row(120001, '2025-09-03')), '2025-09-08T08:30:07Z');
  };
  const feed = await feedOf(world, server);
  const { pauses, wire } = noWaiting();
  await pull(world, feed, { wire });
  expect(pauses).toEqual([5_000]);
  expect(await days(world)).toEqual([]);
  growing = false;
  await setClock(world, '2025-09-08 03:00');
  await pull(world, feed);
  expect(await days(world)).toHaveLength(2);

  const marked = await change(world, feed, { doneMarker: '.done' });
  server.put('attendance.csv', attendance(row(120001, '2025-09-04')), night('2025-09-09'));
  await setClock(world, '2025-09-09 02:00');
  await expect(pull(world, marked)).rejects.toThrow(
    'attendance.csv, calendar.csv, schools.csv, students.csv are not marked as whole (.done)',
  );
  server.put('attendance.csv.done', '', night('2025-09-09'));
  await setClock(world, '2025-09-09 03:00');
  await pull(world, marked);
  expect(await days(world)).toHaveLength(3);
});

test('a connection that breaks in the middle of a file is taken up where it was, and a file that changes meanwhile is not taken', async () => {
  dropRoster(server, night('2025-09-08'));
  const long = attendance(...Array.from({ length: 16_000 }, () => row(120001, '2025-09-02')));
  server.put('attendance.csv', long, night('2025-09-08'));
  server.breakAfter = 650_000;
  const feed = await feedOf(world, server);
  const { pauses, wire } = noWaiting();
  const { counts } = await pull(world, feed, { wire });
  expect(counts).toMatchObject([{ rejected: 0 }]);
  expect(pauses).toEqual([5_000, 1_000]);
  expect(server.opened.filter((path) => path.endsWith('attendance.csv'))).toHaveLength(2);
  // What had come is not read again.
  expect(server.reads.filter((offset) => offset === 0)).toHaveLength(4);
  expect(await world.owner('delivery_file').where({ name: 'attendance.csv' }).pluck('size')).toEqual([Buffer.byteLength(long)]);

  server.put('attendance.csv', long, night('2025-09-09'));
  let written = false;
  server.onRead = () => {
    if (!written) server.put('attendance.csv', `${long}more`, '2025-09-09T08:30:09Z');
    written = true;
  };
  await setClock(world, '2025-09-09 02:00');
  await expect(pull(world, feed)).rejects.toThrow('A file of the feed changed while it was read');
  expect(await world.owner('delivery').whereIn('status', ['receiving', 'queued', 'running'])).toEqual([]);
});
