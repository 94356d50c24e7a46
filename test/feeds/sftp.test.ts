import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FeedSettings } from '../../policy/feeds.ts';
import { readFeed, readTakenFiles, type Feed } from '../../store/feeds.ts';
import type { TestDatabase } from '../world/database.ts';
import { days, feedOn, health, noWaiting, openFeedWorld, pull, setClock, weekdays } from './world.ts';
import { keyPair, SftpServer } from './sftp-server.ts';

const CLEVER = fileURLToPath(new URL('../attendance/formats/fixtures/clever/', import.meta.url));
const HEADER = 'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id';
const row = (student: number, day: string, status = 'absent', excuse = 'Unexcused'): string =>
  `${student},990,,${day},daily,${status},${excuse},${student}-${day}`;
const attendance = (...rows: string[]): string => `${[HEADER, ...rows].join('\n')}\n`;

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

/** What Clever's folder holds of a school: its own layouts, with the columns that Rollbook reads beside them. */
function dropRoster(at: string): void {
  server.put('schools.csv', 'School_id,School_name\n990,Hoover High\n', at);
  const dates = weekdays('2025-09-01', '2025-12-19').map((date) => `990,${date},instructional day`);
  server.put('calendar.csv', `School_id,Date,Calendar_event\n${dates.join('\n')}\n`, at);
  const [header = '', ...students] = readFileSync(`${CLEVER}students.csv`, 'utf8').trimEnd().split(/\r?\n/);
  server.put('students.csv', `${[`${header},Entry_date`, ...students.map((one) => `${one},2025-09-01`)].join('\n')}\n`, at);
}

const feedOf = (settings: Partial<FeedSettings> = {}): Promise<Feed> =>
  feedOn(world, 'sftp', { url: server.url, clientId: server.user, settings: { hostKey: server.hostKey, ...settings } });

async function change(feed: Feed, settings: Partial<FeedSettings>): Promise<Feed> {
  await world.owner('feed').update({ settings: JSON.stringify({ ...feed.settings, ...settings }) });
  return (await readFeed(world.api, feed.feedId))!;
}
const night = (date: string): string => `${date}T08:30:00Z`;

test('a server is met with a host key that somebody has confirmed, and with no other: before that nothing is sent to it', async () => {
  dropRoster(night('2025-09-08'));
  const feed = await feedOf({ hostKey: null });
  await expect(pull(world, feed)).rejects.toThrow(
    `shows the host key ${server.hostKey}, which nobody has confirmed; nothing was sent to it.`,
  );
  expect(server.signIns).toEqual([]);
  expect((await health(world)).sentence).toContain(`confirm it: rollbook feed change NAME --host-key ${server.hostKey}`);
  await pull(world, await change(feed, { hostKey: server.hostKey }));
  expect(server.signIns).toEqual(['password']);
  expect((await health(world)).state).toBe('well');

  const before = server.hostKey;
  await server.replace();
  await setClock(world, '2025-09-09 02:00');
  await expect(pull(world, feed)).rejects.toThrow(
    `shows another host key (${server.hostKey}) than the one that was confirmed (${before}); nothing was sent to it.`,
  );
  expect(server.signIns).toEqual(['password']);
});

test('Clever’s files are taken once, each night’s as what has changed; without a new file the feed says that nothing came', async () => {
  dropRoster(night('2025-09-08'));
  server.put('attendance.csv', readFileSync(`${CLEVER}attendance.csv`), night('2025-09-08'));
  server.put('notes.docx', 'not for us', night('2025-09-08'));
  const feed = await feedOf();
  const first = await pull(world, feed);
  expect(first.counts.map(({ rejected }) => rejected)).toEqual([0]);
  expect(server.opened.map((path) => path.slice(server.folder.length + 1)).sort()).toEqual([
    'attendance.csv',
    'calendar.csv',
    'schools.csv',
    'students.csv',
  ]);
  // The last one is told by its periods.
  expect(await days(world)).toEqual([
    '120001 2025-09-02 absent/unexcused',
    '120002 2025-09-02 tardy/',
    '120002 2025-09-03 absent/excused',
    null,
  ]);
  expect(await world.owner('covered_day')).toEqual([]);
  expect((await readTakenFiles(world.api, feed.feedId)).map(({ name }) => name)).toHaveLength(4);

  await setClock(world, '2025-09-09 02:00');
  await expect(pull(world, feed)).rejects.toThrow('has no new file; the last one was');
  expect(await health(world)).toMatchObject({ state: 'failing', numbersOf: '2025-09-07' });

  // The file is written anew: what it does not name stays.
  server.put('attendance.csv', attendance(row(120001, '2025-09-08')), night('2025-09-09'));
  const second = await pull(world, feed);
  expect(second.counts).toMatchObject([{ accepted: 1, days: { added: 1, withdrawn: 0 } }]);
  expect(await days(world)).toHaveLength(5);
  expect(await health(world)).toMatchObject({
    state: 'well',
    numbersOf: '2025-09-08',
    leftOut: ['nothing new: calendar.csv', 'nothing new: schools.csv', 'nothing new: students.csv'],
  });
});

test('files of several nights are taken in the order in which they were written, so that the last word counts', async () => {
  dropRoster(night('2025-09-08'));
  server.put('attendance_20250910.csv', attendance(row(120001, '2025-09-08', 'absent', 'Excused')), night('2025-09-10'));
  server.put('attendance_20250909.csv', attendance(row(120001, '2025-09-08')), night('2025-09-09'));
  await setClock(world, '2025-09-10 02:00');
  const { counts } = await pull(world, await feedOf());
  expect(counts).toHaveLength(2);
  expect(await days(world)).toEqual(['120001 2025-09-08 absent/excused']);
});

test('a file that still grows, or that nothing marks as whole, is left alone until it is', async () => {
  dropRoster(night('2025-09-08'));
  server.put('attendance.csv', attendance(row(120001, '2025-09-02')), night('2025-09-08'));
  server.put('more.csv.filepart', attendance(row(120002, '2025-09-02')), night('2025-09-08'));
  let growing = true;
  server.onList = () => {
    if (growing) server.put('attendance.csv', attendance(row(120001, '2025-09-02'), row(120001, '2025-09-03')), '2025-09-08T08:30:07Z');
  };
  const feed = await feedOf();
  const { pauses, wire } = noWaiting();
  await pull(world, feed, { wire });
  expect(pauses).toEqual([5_000]);
  expect(await days(world)).toEqual([]);
  growing = false;
  await setClock(world, '2025-09-08 03:00');
  await pull(world, feed);
  expect(await days(world)).toHaveLength(2);

  const marked = await change(feed, { doneMarker: '.done' });
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

test('a full-year export is heard of its last days every night and of the whole year once a week; only its latest file counts', async () => {
  dropRoster(night('2025-09-08'));
  const old = row(120001, '2025-09-01');
  server.put('att-0907.csv', attendance(old, row(120001, '2025-09-04'), row(120002, '2025-09-04')), '2025-09-08T06:00:00Z');
  server.put('att-0908.csv', attendance(old, row(120001, '2025-09-04')), night('2025-09-08'));
  const feed = await feedOf({ exports: 'year', windowDays: 5, reconcileOn: 6 });
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

test('a connection that breaks in the middle of a file is taken up where it was, and a file that changes meanwhile is not taken', async () => {
  dropRoster(night('2025-09-08'));
  const long = attendance(...Array.from({ length: 30_000 }, () => row(120001, '2025-09-02')));
  server.put('attendance.csv', long, night('2025-09-08'));
  server.breakAfter = 1_000_000;
  const feed = await feedOf();
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

test('names that hold paths or signs are not asked for, nor links, nor folders', async () => {
  dropRoster(night('2025-09-08'));
  for (const name of ['../../etc/passwd.csv', 'a/b.csv', '..csv', 'C:\\x.csv', 'new\nline.csv', 'null\0.csv', '.hidden.csv', 'empty.csv'])
    server.put(name, name === 'empty.csv' ? '' : attendance(row(120001, '2025-09-02')), night('2025-09-08'));
  server.putOdd('link.csv', 'link');
  server.putOdd('folder.csv', 'folder');
  await pull(world, await feedOf());
  expect(server.opened).toHaveLength(3);
  expect(await days(world)).toEqual([]);
});

test('what the server refuses is told as what it is: the user, the folder, the connection', async () => {
  const { host } = new URL(server.url);
  const feed = await feedOf();
  await expect(pull(world, feed)).rejects.toThrow('has no file in the feed’s folder that is called like *.csv');
  await expect(pull(world, feed, { secret: 'wrong' })).rejects.toThrow(
    `The server at ${host} refuses the user rollbook with the password that lies where the feed says`,
  );
  const lost = await feedOn(world, 'sftp', {
    url: `sftp://${host}/elsewhere`,
    clientId: server.user,
    name: 'lost',
    settings: { hostKey: server.hostKey },
  });
  await expect(pull(world, lost)).rejects.toThrow('has no folder /elsewhere');
  await server.stop();
  const { pauses, wire } = noWaiting();
  await expect(pull(world, feed, { wire })).rejects.toThrow(
    `The server at ${host} refuses the connection: it is not running, or not at this address.`,
  );
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(await health(world)).toMatchObject({ state: 'failing' });
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
