import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { rejectedFile } from '../../attendance/rejected-file.ts';
import { createDistrictJobs } from '../../api/jobs.ts';
import { listen, type RunningApi } from '../../api/listen.ts';
import type { CaseGateway } from '../../api/ports.ts';
import { openDatabase, type Database } from '../../store/database.ts';

export interface ApiSettings {
  /** Connection URL of the role `rollbook_api`. */
  databaseUrl: string;
  /** Connected to the district's namespace, with its payload codec. */
  client: Client;
  /** Makes the way from a written command to its case, with the API's own database. */
  gateway: (db: Database) => CaseGateway;
  logger: Logger;
  version: string;
  host: string;
  /** 0 for any free one. */
  port: number;
  /** How long a command's outcome is waited for before 202 is answered, in milliseconds; five seconds if absent. */
  patienceMs?: number;
  /** Check every answer against its contract; for tests. */
  checkAnswers?: boolean;
}

const PATIENCE_MS = 5_000;

/** Composes and starts the API of one district. `close` ends it and its connections to the database; the client is its caller's. */
export async function startApi(settings: ApiSettings): Promise<RunningApi> {
  const db = openDatabase(settings.databaseUrl, { name: 'rollbook api', max: 20 });
  try {
    const api = await listen(
      {
        db,
        gateway: settings.gateway(db),
        jobs: createDistrictJobs(settings.client),
        files: { rejectedRows: rejectedFile },
        logger: settings.logger,
        version: settings.version,
        patienceMs: settings.patienceMs ?? PATIENCE_MS,
        checkAnswers: settings.checkAnswers ?? false,
      },
      settings,
    );
    return {
      url: api.url,
      async close() {
        await api.close();
        await db.destroy();
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
