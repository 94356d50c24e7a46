import { connect, createServer, type Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { run } from '../../bin/cli/run.ts';
import { openWorld, type TestWorld } from '../world/world.ts';
import { openFolder } from '../world/folder.ts';

/** The engine's address with a switch: what goes through it can be cut off at any moment. */
async function cuttable(address: string): Promise<{ address: string; heard: () => number; cut(): Promise<void> }> {
  const [host, port] = address.split(':');
  const open = new Set<Socket>();
  let bytes = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
    }
    near.on('data', (chunk) => (bytes += chunk.length));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: at } = server.address() as { port: number };
  return {
    address: `127.0.0.1:${at}`,
    heard: () => bytes,
    cut: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

let world: TestWorld;
let dataDir: string;
beforeAll(async () => {
  world = await openWorld();
  dataDir = openFolder('cli');
});
afterAll(async () => {
  await rm(dataDir, { recursive: true });
  await world.close();
});

test('an engine that goes away in the middle of a rebuild is told in a sentence', async () => {
  const students = await Promise.all(Array.from({ length: 30 }, () => world.opened()));
  for (const student of students) await world.handle(student).terminate('lost');
  await world.stopWorkers();
  const way = await cuttable(world.engine.address);
  const said = { out: '', err: '' };
  const streams = { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text), columns: 100 };
  const env = {
    DATABASE_URL: world.db.workerUrl,
    TEMPORAL_ADDRESS: way.address,
    TEMPORAL_NAMESPACE: world.engine.namespace,
    ROLLBOOK_PAYLOAD_KEY: world.engine.payloadKey,
  };
  const ended = run(['--data', dataDir, 'rebuild'], { env, streams });
  await world.until('cases are being begun', async () => Promise.resolve(way.heard() > 20_000));
  await way.cut();
  expect(await ended).toBe(1);
  expect(said.out).toBe('');
  expect(said.err.replaceAll('\n', ' ')).toMatch(/^The engine at 127\.0\.0\.1:\d+ failed after \d+ cases? \(.+\) See that it runs/);
  expect(said.err).not.toMatch(/^ +at /m);

  // The same command again goes on where it stopped.
  const again = await run(['--data', dataDir, 'rebuild', '--json'], { env: { ...env, TEMPORAL_ADDRESS: world.engine.address }, streams });
  expect(again).toBe(0);
  const report = JSON.parse(said.out) as { cases: number; restarted: number; running: number };
  expect(report.cases).toBe(30);
  expect(report.restarted + report.running).toBe(30);
});
