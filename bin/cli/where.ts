import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a service that runs on this machine says that it listens. */
const FILE = join('run', 'service.json');

/**
 * The address of the service: ROLLBOOK_URL, or what the service running on this data directory has written down.
 * @returns the address, and one clause saying how to start it, for when nobody answers there
 */
export function whereIsIt(env: NodeJS.ProcessEnv, dataDir: string): { url: string; howToStart: string } {
  const given = env['ROLLBOOK_URL'];
  if (given !== undefined) return { url: given, howToStart: 'ROLLBOOK_URL says to look there: check the address, or start the service' };
  const howToStart = `start it with: rollbook start${dataDir === '.rollbook' ? '' : ` --data ${dataDir}`}`;
  const file = join(dataDir, FILE);
  const url = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { url: string }).url : 'http://127.0.0.1:8080';
  return { url, howToStart };
}
