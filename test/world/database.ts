import { randomBytes } from 'node:crypto';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Database } from '../../store/database.ts';
import { urlFor } from '../../store/migrate.ts';
import { API_PASSWORD, NAMESPACES, TEMPLATE, WORKER_PASSWORD } from './names.ts';
import type { Servers } from './servers.ts';

/** The servers that the test run started. */
export function servers(): Servers {
  const told = process.env['ROLLBOOK_TEST_SERVERS'];
  if (!told) throw new Error('the test servers are not running: start the tests with npm test');
  return JSON.parse(told) as Servers;
}

/** One district's own database, by each of its roles. */
export interface TestDatabase {
  ownerUrl: string;
  workerUrl: string;
  apiUrl: string;
  owner: Database;
  worker: Database;
  api: Database;
  close(): Promise<void>;
}

/**
 * Clones the migrated template: a database of one's own in a few hundredths of a second.
 * @param options.like another one to be cloned, to which nobody is connected
 */
export async function createDatabase(options: { like?: TestDatabase } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const { postgresUrl } = servers();
  const template = options.like ? new URL(options.like.ownerUrl).pathname.slice(1) : TEMPLATE;
  const admin = openDatabase(postgresUrl, { name: 'test world', max: 1 });
  await admin.raw(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  const ownerUrl = url.href;
  const workerUrl = urlFor(ownerUrl, 'rollbook_worker', WORKER_PASSWORD);
  const apiUrl = urlFor(ownerUrl, 'rollbook_api', API_PASSWORD);
  const owner = openDatabase(ownerUrl, { name: 'test owner', max: 3 });
  const worker = openDatabase(workerUrl, { name: 'test worker', max: 20 });
  const api = openDatabase(apiUrl, { name: 'test api', max: 10 });
  return {
    ownerUrl,
    workerUrl,
    apiUrl,
    owner,
    worker,
    api,
    close: async () => {
      await Promise.all([owner.destroy(), worker.destroy(), api.destroy()]);
      await admin.raw(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.destroy();
    },
  };
}

/** A namespace that no other test uses, also across jest's processes: whoever makes the claim's file first has it. */
export function takeNamespace(): string {
  for (const name of NAMESPACES) {
    try {
      closeSync(openSync(join(servers().claims, name), 'wx'));
      return name;
    } catch {
      continue;
    }
  }
  throw new Error('all test namespaces are taken: raise their number in test/world/names.ts');
}
