import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { takeUpPull, TakenOver, notePull } from '../../store/feeds.ts';
import { EdfiServer } from './edfi-server.ts';
import { days, event, feedOn, fillEdfi, health, openFeedWorld, pull, setClock } from './world.ts';

const EVENTS = 'studentSchoolAttendanceEvents';
const PULLER = fileURLToPath(new URL('puller.ts', import.meta.url));
/** The seed of the points at which pulls are killed. */
const SEED = 2025_09_09;

/** Pulls in a process of its own. */
async function runPuller(args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', PULLER, ...args], {
    // What it says when it breaks off is what is tested here.
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let out = '';
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out };
}

test('a pull that is killed in the middle is taken up by the next: everything comes, and nothing twice', async () => {
  const server = await new EdfiServer().start();
  const world = await openFeedWorld();
  try {
    fillEdfi(server, 40, [990, 991]);
    const ids = Array.from({ length: 40 }, (_none, n) => server.add(EVENTS, event(String(n + 1), '2025-09-03')));
    const feed = await feedOn(world, 'edfi', { url: server.url, clientId: server.clientId });
    const kill = async (statement: number): Promise<void> => {
      const { code } = await runPuller([world.workerUrl, feed.feedId, server.secret, String(statement)]);
      expect(code).toBeNull();
    };
    for (const statement of fc.sample(fc.integer({ min: 5, max: 60 }), { numRuns: 3, seed: SEED })) await kill(statement);
    const first = await pull(world, feed);
    expect(await days(world)).toHaveLength(40);
    expect(first.deliveries).toHaveLength(1);

    server.remove(EVENTS, ids[0]!);
    server.change(EVENTS, ids[1]!, {
      attendanceEventCategoryDescriptor: 'uri://ed-fi.org/AttendanceEventCategoryDescriptor#Excused Absence',
    });
    await setClock(world, '2025-09-09 02:00');
    for (const statement of fc.sample(fc.integer({ min: 5, max: 60 }), { numRuns: 3, seed: SEED + 1 })) await kill(statement);
    expect(await health(world)).toMatchObject({ running: 'changes', numbersOf: '2025-09-07' });
    await pull(world, feed);
    expect(await days(world)).toEqual(expect.arrayContaining(['2 2025-09-03 excused absence']));
    expect(await days(world)).toHaveLength(39);
    // Each change once: no day was changed and changed back, and no delivery was taken twice.
    expect(await world.owner('attendance_correction').orderBy('reason').pluck('reason')).toEqual(['changed', 'changed']);
    expect(await world.owner('feed_pull').pluck('status')).toEqual(['done', 'done']);
    expect(await world.owner('delivery').whereIn('status', ['receiving', 'queued', 'running'])).toEqual([]);
  } finally {
    await server.stop();
    await world.close();
  }
}, 120_000);

test('a reconcile that is taken up keeps the files it has, school by school', async () => {
  const server = await new EdfiServer().start();
  const world = await openFeedWorld();
  try {
    fillEdfi(server, 3, [990, 991]);
    const feed = await feedOn(world, 'edfi', { url: server.url, clientId: server.clientId });
    // The second school's events break the first reading off for good.
    server.troubles.push({ on: 'schoolId=991', times: 5, with: { status: 500 } });
    await expect(runPuller([world.workerUrl, feed.feedId, server.secret])).resolves.toMatchObject({ code: 1 });
    const before = server.asked.length;
    await pull(world, feed);
    const after = server.asked.slice(before);
    expect(after.some((asked) => asked.includes('schoolId=991'))).toBe(true);
    expect(after.filter((asked) => /SchoolAttendanceEvents\?schoolId=990|\/students\?/.test(asked))).toEqual([]);
    expect(await world.owner('covered_day').distinct().orderBy('school_id').pluck('school_id')).toEqual(['990', '991']);
  } finally {
    await server.stop();
    await world.close();
  }
}, 120_000);

test('a worker that was taken for dead finds, with the next thing it writes, that another has taken over', async () => {
  const world = await openFeedWorld();
  const feed = await feedOn(world, 'edfi', { url: 'http://127.0.0.1:9/', clientId: 'x' });
  const begin = () =>
    takeUpPull(world.worker, {
      feedId: feed.feedId,
      kind: 'changes',
      askedBy: 'schedule',
      at: '2025-09-08T09:00:00Z',
      day: '2025-09-08',
      through: '2025-09-07',
    });
  const first = await begin();
  const second = await begin();
  expect(second.pullId).toBe(first.pullId);
  await expect(notePull(world.worker, first, {})).rejects.toThrow(TakenOver);
  await notePull(world.worker, second, {});
  await world.close();
});
