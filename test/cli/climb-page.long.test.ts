import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstNotPrinted, stepsOf } from './page.ts';
import { openFolder } from '../world/folder.ts';

const ROLLBOOK = fileURLToPath(new URL('../../bin/rollbook.mjs', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/climb.md', import.meta.url));
const MINUTE = 60_000;

let folder: string;
let service: ChildProcess;

/** What a stranger types, without the seconds that `npx` takes to find the program of the folder it stands in. */
const PRELUDE = `set -e\nnpx() { shift; node ${ROLLBOOK} "$@"; }\n`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs a program to its end; both streams as they came. */
async function run(command: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ROLLBOOK_DATA: join(folder, 'data'), NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => void (output += piece.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

beforeAll(async () => {
  folder = openFolder('climb');
  // PostgreSQL runs as an ordinary user and must reach its files.
  await chmod(folder, 0o755);
  service = spawn(
    process.execPath,
    [ROLLBOOK, 'start', '--sample', 'grand-bend', '--data', join(folder, 'data'), '--port', String(await freePort())],
    {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [service.stdout!, service.stderr!]) {
      stream.on('data', (piece: Buffer) => {
        said += piece.toString();
        if (said.includes('What to do next')) resolve();
      });
    }
    service.once('exit', () => reject(new Error(`the service ended: ${said}`)));
  });
}, 3 * MINUTE);

afterAll(async () => {
  if (service.exitCode === null) {
    service.kill('SIGINT');
    await once(service, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}, MINUTE);

test(
  'every command of docs/climb.md does and prints what the page says',
  async () => {
    const steps = stepsOf(await readFile(PAGE, 'utf8'));
    expect(steps.length).toBeGreaterThan(30);
    for (const { line, commands, refused, printed } of steps) {
      const { code, output } = await run('bash', ['-c', PRELUDE + commands]);
      const missing = firstNotPrinted(printed, output);
      if (code !== (refused ? 1 : 0) || missing !== null) {
        throw new Error(
          `docs/climb.md line ${line} ended with ${code}${missing === null ? '' : ` and did not print "${missing}"`}:\n${commands}\n${output}`,
        );
      }
    }
    // What the page made: a letter and the packet, as PDF.
    for (const file of ['letter-1.pdf', 'packet.pdf']) expect((await readFile(join(folder, file))).subarray(0, 5).toString()).toBe('%PDF-');
  },
  10 * MINUTE,
);
