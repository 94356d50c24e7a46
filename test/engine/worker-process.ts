import { readFileSync } from 'node:fs';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { startWorker } from '../../bin/engine/worker.ts';
import { createSmtpChannel, smtpServer } from '../../channels/smtp.ts';
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
  /** Address of a mail server; absent: it sends no mail. */
  mail?: string;
}

Runtime.install({ logger: new DefaultLogger('ERROR') });
const { databaseUrl, mail, ...engine } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Place;
const server = mail === undefined ? null : smtpServer(mail, 'rollbook@district.example');
await startWorker({
  ...engine,
  databaseUrl,
  db: openDatabase(databaseUrl, { name: 'worker to be killed', max: 10 }),
  ...(server ? { mail: createSmtpChannel(server) } : {}),
});
process.stdout.write('ready\n');
