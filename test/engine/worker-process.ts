import { readFileSync } from 'node:fs';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { startWorker } from '../../bin/engine/worker.ts';
import { openDatabase } from '../../store/database.ts';

/**
 * A worker in a process of its own, to be killed as `kill -9` does. Called with the path of a file that says where the database and the
 * engine are; it says "ready" when it works.
 */
interface Place {
  databaseUrl: string;
  address: string;
  namespace: string;
  payloadKey: string;
  samplesDir: string;
  bundle: string;
}

Runtime.install({ logger: new DefaultLogger('ERROR') });
const { databaseUrl, ...engine } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Place;
await startWorker({ ...engine, databaseUrl, db: openDatabase(databaseUrl, { name: 'worker to be killed', max: 10 }) });
process.stdout.write('ready\n');
