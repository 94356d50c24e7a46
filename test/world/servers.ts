import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflows } from '../../bin/engine/worker.ts';
import { startPostgres } from '../../bin/servers/postgres.ts';
import { findTemporalCli } from '../../bin/servers/temporal-cli.ts';
import { startTemporal } from '../../bin/servers/temporal.ts';
import { freePort } from '../../bin/processes.ts';
import { openDatabase } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { API_PASSWORD, NAMESPACES, TEMPLATE, WORKER_PASSWORD } from './names.ts';
import { openFolder } from './folder.ts';

/** What the test files are told about the servers, by the environment variable `ROLLBOOK_TEST_SERVERS`. */
export interface Servers {
  postgresUrl: string;
  temporalAddress: string;
  bundle: string;
  /** Folder in which test files claim their namespaces. */
  claims: string;
}

/**
 * Starts one real PostgreSQL and one real Temporal server for all test files, migrates a template database and bundles the workflow
 * code, once.
 */
export async function startServers(): Promise<Servers & { stop(): Promise<void> }> {
  const folder = openFolder('test');
  const claims = join(folder, 'claims');
  mkdirSync(claims);
  const cli = await findTemporalCli({
    configured: process.env['ROLLBOOK_TEMPORAL_CLI'],
    searchPath: process.env['PATH'] ?? '',
    cacheDir: join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rollbook'),
    say: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const [postgres, temporal, bundle] = await Promise.all([
    freePort().then((port) =>
      startPostgres({ dir: join(folder, 'postgres'), port, password: 'owner', logFile: join(folder, 'postgres.log'), fast: true }),
    ),
    freePort().then((port) =>
      startTemporal({ cli: cli.path, port, namespaces: ['default', ...NAMESPACES], logFile: join(folder, 'temporal.log') }),
    ),
    bundleWorkflows(),
  ]);
  const admin = openDatabase(postgres.url, { name: 'test world', max: 1 });
  await admin.raw(`CREATE DATABASE ${TEMPLATE}`);
  await admin.destroy();
  const template = new URL(postgres.url);
  template.pathname = `/${TEMPLATE}`;
  await migrate({ ownerUrl: template.href, workerPassword: WORKER_PASSWORD, apiPassword: API_PASSWORD });
  const bundleFile = join(folder, 'workflows.js');
  writeFileSync(bundleFile, bundle.code);
  const servers: Servers = { postgresUrl: postgres.url, temporalAddress: temporal.address, bundle: bundleFile, claims };
  process.env['ROLLBOOK_TEST_SERVERS'] = JSON.stringify(servers);
  return {
    ...servers,
    stop: async () => {
      await Promise.all([postgres.stop(), temporal.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
