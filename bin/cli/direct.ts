import { join } from 'node:path';
import { readJson } from '../data-directory.ts';
import type { ServiceInfo } from '../start.ts';
import type { Cli } from './cli.ts';
import { CliError } from './errors.ts';

/** Where the servers of a district are, for the few commands that work below the API. */
export interface Servers {
  databaseUrl: string;
  temporalAddress: string;
  namespace: string;
  /** 32 bytes, base64. */
  payloadKey: string;
}

/**
 * The servers named by DATABASE_URL, TEMPORAL_ADDRESS and ROLLBOOK_PAYLOAD_KEY, else those of the service running on this data
 * directory; the database as the worker.
 * @throws CliError if neither is known
 */
export function servers(cli: Cli): Servers {
  const { env, dataDir } = cli;
  const info = serviceInfo(dataDir);
  const secrets = readJson<{ payloadKey: string }>(join(dataDir, 'secrets.json'));
  const databaseUrl = env['DATABASE_URL'] ?? info?.workerUrl;
  if (databaseUrl === undefined) throw unknownDatabase();
  return {
    databaseUrl,
    temporalAddress: env['TEMPORAL_ADDRESS'] ?? info?.temporalAddress ?? '127.0.0.1:7233',
    namespace: env['TEMPORAL_NAMESPACE'] ?? info?.namespace ?? 'default',
    payloadKey: env['ROLLBOOK_PAYLOAD_KEY'] ?? secrets?.payloadKey ?? '',
  };
}

/** The database as its owner, for what no role may do: remaking the read tables. @throws CliError if it is not known */
export function ownerUrl({ env, dataDir }: Cli): string {
  const url = env['DATABASE_URL'] ?? serviceInfo(dataDir)?.ownerUrl;
  if (url === undefined) throw unknownDatabase();
  return url;
}

/** Whether a database is the one of this data directory, so that tokens made for it belong into its `people.json`. */
export function isOfDataDirectory({ dataDir }: Cli, ownersUrl: string): boolean {
  return serviceInfo(dataDir)?.ownerUrl === ownersUrl;
}

function serviceInfo(dataDir: string): ServiceInfo | null {
  return readJson<ServiceInfo>(join(dataDir, 'run', 'service.json'));
}

function unknownDatabase(): CliError {
  return new CliError('Nothing says where the database is: start the service with "rollbook start", or set DATABASE_URL', {
    type: 'not-running',
  });
}
