import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../bin/processes.ts';
import { startPostgres, type Postgres } from '../bin/servers/postgres.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { migrate, urlFor } from '../store/migrate.ts';

/** A PostgreSQL of a measurement's own, with the present schema. */
export interface OwnPostgres {
  folder: string;
  postgres: Postgres;
  owner: Database;
  workerUrl: string;
  logFile: string;
}

/** Does some work on a PostgreSQL in a folder of its own, which goes afterwards. @param within the folder's place */
export async function onOwnPostgres<T>(work: (own: OwnPostgres) => Promise<T>, within = tmpdir()): Promise<T> {
  const folder = mkdtempSync(join(within, 'rollbook-bench-'));
  // PostgreSQL runs as an ordinary user and must reach its files, which are to go with the folder.
  chmodSync(folder, 0o755);
  const logFile = join(folder, 'postgres.log');
  const postgres = await startPostgres({ dir: join(folder, 'postgres'), port: await freePort(), password: 'bench', logFile });
  const owner = openDatabase(postgres.url, { name: 'bench owner', max: 2 });
  try {
    await migrate({ ownerUrl: postgres.url, workerPassword: 'bench', apiPassword: 'bench' });
    return await work({ folder, postgres, owner, workerUrl: urlFor(postgres.url, 'rollbook_worker', 'bench'), logFile });
  } finally {
    await owner.destroy();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
