import { readFileSync } from 'node:fs';
import { readTakenFiles } from '../../store/feeds.ts';
import type { TestDatabase } from '../world/database.ts';
import { SftpServer } from './sftp-server.ts';
import { attendance, change, CLEVER, dropRoster, feedOf, night, row } from './sftp-world.ts';
import { days, feedOn, health, noWaiting, openFeedWorld, pull, setClock } from './world.ts';

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

test('a server is met with a host key that somebody has confirmed, and with no other: before that nothing is sent to it', async () => {
  dropRoster(server, night('2025-09-08'));
  const feed = await feedOf(world, server, { hostKey: null });
  await expect(pull(world, feed)).rejects.toThrow(
    `shows the host key ${server.hostKey}, which nobody has confirmed; nothing was sent to it.`,
  );
  expect(server.signIns).toEqual([]);
  expect((await health(world)).sentence).toContain(`confirm it: rollbook feed change NAME --host-key ${server.hostKey}`);
  await pull(world, await change(world, feed, { hostKey: server.hostKey }));
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
  dropRoster(server, night('2025-09-08'));
  server.put('attendance.csv', readFileSync(`${CLEVER}attendance.csv`), night('2025-09-08'));
  server.put('notes.docx', 'not for us', night('2025-09-08'));
  const feed = await feedOf(world, server);
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

test('names that hold paths or signs are not asked for, nor links, nor folders', async () => {
  dropRoster(server, night('2025-09-08'));
  for (const name of ['../../etc/passwd.csv', 'a/b.csv', '..csv', 'C:\\x.csv', 'new\nline.csv', 'null\0.csv', '.hidden.csv', 'empty.csv'])
    server.put(name, name === 'empty.csv' ? '' : attendance(row(120001, '2025-09-02')), night('2025-09-08'));
  server.putOdd('link.csv', 'link');
  server.putOdd('folder.csv', 'folder');
  await pull(world, await feedOf(world, server));
  expect(server.opened).toHaveLength(3);
  expect(await days(world)).toEqual([]);
});

test('what the server refuses is told as what it is: the user, the folder, the connection', async () => {
  const { host } = new URL(server.url);
  const feed = await feedOf(world, server);
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
