import { startWorker, type DistrictWorker } from '../../bin/engine/worker.ts';
import { connectClient } from '../../bin/engine/connect.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { advanceDistrict, advanceReport } from '../../workflows/district-day.ts';
import { createDatabase, servers, takeNamespace, type TestDatabase } from '../world/database.ts';
import { deliver, ROSTER, SAMPLES, setUpDistrict } from './world.ts';

/** The sample's first weeks, passed by the real workflow on the real servers, with cases waking on the way. */
let world: TestDatabase;
let worker: DistrictWorker;
let engine: Awaited<ReturnType<typeof connectClient>>;

beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-08-22');
  await loadShippedPolicy(world.owner, 'lausd');
  await deliver(world.worker, ROSTER);
  const { temporalAddress, bundle } = servers();
  const address = { address: temporalAddress, namespace: takeNamespace(), payloadKey: Buffer.alloc(32, 7).toString('base64') };
  worker = await startWorker({ ...address, db: world.worker, databaseUrl: world.workerUrl, samplesDir: SAMPLES, bundle });
  engine = await connectClient(address);
});
afterAll(async () => {
  await worker.stop();
  await engine.close();
  await world.close();
});

test('the first 54 days pass in order, each after the messages of the one before have taken effect', async () => {
  const handle = await engine.client.workflow.start(advanceDistrict, {
    workflowId: 'district/advance',
    taskQueue: 'ingest',
    args: [{ days: 54 }],
  });
  const report = await handle.result();
  expect(report).toMatchObject({ planned: 54, short: null });
  expect(report.passed.at(-1)).toMatchObject({ date: '2021-10-15' });
  expect(await handle.query(advanceReport)).toEqual(report);
  expect(await world.worker('outbox').count({ n: '*' }).first()).toEqual({ n: 0 });

  const woken = report.passed.reduce((sum, day) => sum + day.crossings, 0);
  expect(woken).toBeGreaterThan(0);
  // Each case began on the day of its crossing, and not when all days had been loaded.
  const opened = await world.worker('attendance_case').distinct('opened_on').pluck<string[]>('opened_on');
  const crossed = report.passed.filter((day) => day.crossings > 0).map((day) => day.date);
  expect(crossed).toEqual(expect.arrayContaining(opened));
  expect(opened.length).toBeGreaterThan(1);
}, 120_000);
