import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FeedHttp, recordsIn } from '../../attendance/feeds/http.ts';
import { feedAddressProblem } from '../../policy/feeds.ts';
import { feedSecrets } from '../../bin/feed-secrets.ts';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noWaiting } from './world.ts';

const servers: Server[] = [];
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
}
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

describe('a feed’s address', () => {
  test.each([
    ['https://sis.example.org/api', null],
    ['http://localhost:8000/api', null],
    ['http://127.0.0.1:8000', null],
    ['http://sis.example.org/api', 'over https only'],
    ['http://127.0.0.1.example.org/api', 'over https only'],
    ['https://key:secret@sis.example.org/api', 'no name or password'],
    ['https://sis.example.org/api?token=1', 'without a query'],
    ['ftp://127.0.0.1/api', 'over https only'],
    ['sis', 'no address'],
  ])('%s', (url, problem) => {
    if (problem === null) expect(feedAddressProblem(url, 'edfi')).toBeNull();
    else expect(feedAddressProblem(url, 'edfi')).toContain(problem);
  });
});

test('what the source redirects to is followed on its own host, and nowhere else', async () => {
  const heard: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    heard.push(request.headers.authorization);
    response.end('[]');
  });
  const url = await serve((request, response) => {
    if (request.url === '/api/moved') response.writeHead(307, { location: '/api/here' }).end();
    else if (request.url === '/api/away') response.writeHead(302, { location: other }).end();
    else if (request.url === '/api/round') response.writeHead(302, { location: '/api/round' }).end();
    else response.end('[{"a":1}]');
  });
  const http = new FeedHttp(url, noWaiting().wire);
  const headers = { authorization: 'Bearer t' };
  expect(recordsIn((await http.ask(http.address('moved'), { headers })).body)).toEqual([{ a: 1 }]);
  await expect(http.ask(http.address('away'), { headers })).rejects.toThrow('points to another host');
  await expect(http.ask(http.address('round'), { headers })).rejects.toThrow('sends from one address to the next');
  expect(() => http.address(other)).toThrow('points to another host');
  expect(heard).toEqual([]);
});

test('an answer is read up to its limits, in size and in time', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/api/large') response.end(`[${'{"a":1},'.repeat(50_000)}{}]`);
    // The others never end.
    else if (request.url === '/api/slow') response.write('[');
  });
  const { pauses, wire } = noWaiting();
  const http = new FeedHttp(url, { ...wire, longest: 100_000 });
  await expect(http.ask(http.address('large'))).rejects.toThrow('an answer of more than 0 MB');
  expect(pauses).toEqual([]);
  const hasty = new FeedHttp(url, { ...wire, patience: 60 });
  await expect(hasty.ask(hasty.address('slow'))).rejects.toThrow('takes too long to answer');
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
});

test('a source that wants to be left alone for long is: the pull is tried again later', async () => {
  const url = await serve((_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
  const { pauses, wire } = noWaiting();
  const http = new FeedHttp(url, wire);
  await expect(http.ask(http.address(''))).rejects.toThrow('asks to be asked less often');
  expect(pauses).toEqual([]);
});

test('nobody at the address, and a page that is no list, are told in words of ours', async () => {
  const url = await serve((_request, response) => response.end('{"error":"Ana Peña is not here"}'));
  const http = new FeedHttp(url, noWaiting().wire);
  const { body } = await http.ask(http.address('students'));
  expect(() => recordsIn(body)).toThrow('something other than a list of records');
  servers.forEach((server) => (server.close(), server.closeAllConnections()));
  await expect(http.ask(http.address('students'))).rejects.toThrow(/^The server at 127\.0\.0\.1:\d+ refuses the connection/);
});

test('a secret lies in a variable or a file that is meant for feeds, and nothing else can be named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-secrets-'));
  writeFileSync(join(folder, 'sis'), 'from a file\n');
  const secretAt = feedSecrets({ ROLLBOOK_FEED_SIS: 'from a variable', DATABASE_URL: 'postgres://…' }, folder);
  expect(await secretAt('env:ROLLBOOK_FEED_SIS')).toBe('from a variable');
  expect(await secretAt('file:sis')).toBe('from a file');
  await expect(secretAt('env:ROLLBOOK_FEED_OTHER')).rejects.toThrow('ROLLBOOK_FEED_OTHER is not set');
  await expect(secretAt('file:other')).rejects.toThrow('no file other that can be read');
  for (const place of ['env:DATABASE_URL', 'file:../sis', 'file:/etc/passwd', 'file:.hidden', 'sis'])
    await expect(secretAt(place)).rejects.toThrow('no place where one may lie');
});
