import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EdfiServer } from './edfi-server.ts';
import { event, feedOn, fillEdfi, openFeedWorld, weekdays } from './world.ts';

const PULLER = fileURLToPath(new URL('puller.ts', import.meta.url));

/** Pulls so many events in a process of its own. @returns its peak memory in megabytes, and the bytes that are kept */
async function pullOf(events: number): Promise<{ peak: number; bytes: number }> {
  const server = await new EdfiServer().start();
  const world = await openFeedWorld('2025-12-22 02:00');
  try {
    fillEdfi(server, 1_000);
    const days = weekdays('2025-09-01', '2025-12-19');
    for (let n = 0; n < events; n += 1) server.add('studentSchoolAttendanceEvents', event(String((n % 1_000) + 1), days[n % days.length]!));
    const feed = await feedOn(world, 'edfi', { url: server.url, clientId: server.clientId });
    const child = spawn(process.execPath, ['--import', 'tsx', PULLER, world.workerUrl, feed.feedId, server.secret], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let out = '';
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    expect(code).toBe(0);
    const { bytes } = await world.owner('delivery_part').sum<{ bytes: string }>('size AS bytes').first<{ bytes: string }>();
    return { peak: (JSON.parse(out) as { peak: number }).peak, bytes: Number(bytes) };
  } finally {
    await server.stop();
    await world.close();
  }
}

test('a pull takes no more memory for a hundred thousand events than for ten thousand, and keeps little of each', async () => {
  const small = await pullOf(10_000);
  const large = await pullOf(100_000);
  process.stdout.write(
    `peak of a pull: ${small.peak.toFixed(0)} MB for 10,000 events, ${large.peak.toFixed(0)} MB for 100,000; kept ${large.bytes} bytes\n`,
  );
  expect(large.peak).toBeLessThan(small.peak + 60);
  expect(large.bytes / 100_000).toBeLessThan(60);
});
