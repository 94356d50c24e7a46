import { NativeConnection, Runtime, DefaultLogger, Worker } from '@temporalio/worker';
import type { CaseActivities } from '../activities/contract.ts';
import { dataConverter } from '../bin/engine/connect.ts';
import { bundleWorkflows } from '../bin/engine/worker.ts';

/**
 * A process that does nothing but keep cases in memory, and says how much memory that takes: `{}` is answered with the bytes in use after
 * a garbage collection. In debug mode the workflows live in this thread's heap, where they can be counted without what is only garbage.
 */
Runtime.install({ logger: new DefaultLogger('ERROR') });
const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace = '', ROLLBOOK_PAYLOAD_KEY: payloadKey = '' } = process.env;

const nobodyAsks = (): never => {
  throw new Error('a case at rest asked for something');
};
const activities: CaseActivities = { recordTransition: nobodyAsks, refuseCommand: nobodyAsks, noteAttention: nobodyAsks };

const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  namespace,
  taskQueue: 'case',
  dataConverter: dataConverter(payloadKey),
  workflowBundle: await bundleWorkflows(),
  activities,
  maxCachedWorkflows: 100_000,
  debugMode: true,
});
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.(heapUsed + external);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
await worker.run();
process.exit();
