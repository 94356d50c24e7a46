import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { run } from '../../bin/cli/run.ts';
import { openFolder } from '../world/folder.ts';

interface Said {
  code: number;
  out: string;
  err: string;
}

let dataDir: string;

beforeAll(async () => {
  dataDir = openFolder('cli');
});

afterAll(async () => {
  await rm(dataDir, { recursive: true });
});

async function rollbook(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Said> {
  const said = { out: '', err: '' };
  const streams = { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text), columns: 100 };
  const code = await run(['--data', dataDir, ...args], { env, streams });
  return { code, ...said };
}

/** A port on which nobody listens. */
async function quietPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

describe('the command line', () => {
  test('names every command in its help, on lines that fit', async () => {
    const { code, out } = await rollbook(['--help']);
    expect(code).toBe(0);
    for (const name of [
      'start',
      'api',
      'worker',
      'migrate',
      'import',
      'standing',
      'cases',
      'case',
      'act',
      'advance',
      'packet',
      'letter',
      'verify',
      'rebuild',
      'policy',
    ]) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('answers a wrong command or option with code 2', async () => {
    expect(await rollbook(['climb'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining("unknown command 'climb'") as string,
    });
    expect(await rollbook(['refer', '1'])).toMatchObject({ code: 2, err: expect.stringContaining('--ground') as string });
    expect(await rollbook(['advance'])).toMatchObject({ code: 2, err: expect.stringContaining('say how far') as string });
  });

  test('says in one sentence how to start a service that is not running', async () => {
    const url = `http://127.0.0.1:${await quietPort()}`;
    const { code, err } = await rollbook(['clock'], { ROLLBOOK_URL: url, ROLLBOOK_TOKEN: 'x' });
    expect(code).toBe(1);
    expect(err).toMatch(/^Rollbook is not running at http/);
  });

  test('puts one JSON document on standard output, also when it fails', async () => {
    const url = `http://127.0.0.1:${await quietPort()}`;
    const { code, out, err } = await rollbook(['clock', '--json'], { ROLLBOOK_URL: url, ROLLBOOK_TOKEN: 'x' });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ type: 'not-running' });
    expect(err).toBe('');
    const usage = await rollbook(['climb', '--json']);
    expect(usage.code).toBe(2);
    expect(JSON.parse(usage.out)).toMatchObject({ type: 'usage' });
  });

  test('says what is missing when there is nobody to act as', async () => {
    const { code, err } = await rollbook(['cases']);
    expect(code).toBe(1);
    expect(err.replaceAll('\n', ' ')).toMatch(/people\.json.*rollbook start/);
  });

  test('checks a policy document and names every problem with its place', async () => {
    expect(await rollbook(['policy', 'validate', 'lausd'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('lausd version 1 is valid') as string,
    });
    const file = join(dataDir, 'gapped.yaml');
    await writeFile(file, 'policy: gapped\nversion: 1\n');
    const { code, err } = await rollbook(['policy', 'validate', file]);
    expect(code).toBe(1);
    expect(err).toContain('is not a valid policy');
    expect(err).toContain('bands');
  });

  test('lays a layer over a policy, and says which names stand in the way', async () => {
    const out = join(dataDir, 'composed.yaml');
    expect(await rollbook(['policy', 'compose', 'lausd', 'outreach', '--id', 'our-district', '-o', out])).toMatchObject({ code: 0 });
    expect((await rollbook(['policy', 'validate', out])).out).toContain('our-district version 1 is valid');
    const { code, err } = await rollbook(['policy', 'compose', out, 'outreach', '--id', 'twice', '-o', out]);
    expect(code).toBe(1);
    expect(err).toContain('both have a task “outreach-parent”');
  });

  test('prints a shipped policy as its ladder', async () => {
    const { out } = await rollbook(['policy', 'show', 'lausd']);
    expect(out).toMatch(/Far Below Basic +25 and more/);
    expect(out).toMatch(/truancy +letter-3/);
    const { out: json } = await rollbook(['policy', 'show', 'lausd', '--json']);
    expect(JSON.parse(json)).toMatchObject({ policy: { id: 'lausd', version: 1 } });
  });
});
