import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, DefaultLogger, Worker } from '@temporalio/worker';
import { openDatabase } from '../../store/database.ts';
import { pooled } from '../pooled.ts';
import { touchSignal, type bareCase } from './workflow.ts';

/** A process of its own, as Rollbook's worker is one. It begins workflows when told to: `{ open: n, prefix }`. */
Runtime.install({ logger: new DefaultLogger('ERROR') });
const { DATABASE_URL: url = '', TEMPORAL_ADDRESS: address = '' } = process.env;
const db = openDatabase(url, { name: 'bare worker', max: 40 });
const client = new Client({ connection: await Connection.connect({ address }) });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue: 'bare',
  workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
  activities: {
    insertRow: async (id: string): Promise<number> => {
      await db('bare').insert({ id });
      return 1;
    },
  },
  maxCachedWorkflows: 2_000,
  maxConcurrentActivityTaskExecutions: 20,
});

process.on('message', ({ open, prefix }: { open: number; prefix: string }) => {
  const ids = Array.from({ length: open }, (_, n) => `${prefix}-${n}`);
  void pooled(ids, 20, (id) =>
    client.workflow.signalWithStart<typeof bareCase, [string]>('bareCase', {
      workflowId: `bare/${id}`,
      taskQueue: 'bare',
      signal: touchSignal,
      signalArgs: [id],
    }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
await worker.run();
process.exit();
