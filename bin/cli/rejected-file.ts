import { writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { ApiClient } from './client.ts';
import type { Account } from './delivery-text.ts';
import { CliError } from './errors.ts';

/**
 * Writes the rejected rows of a delivery into a file, as they came, each with its reason. Rows of several files have different columns:
 * each gets a file of its own, with its name in it.
 * @returns what was written; nothing when no row was rejected
 * @throws CliError when a file cannot be written
 */
export async function writeRejected(client: ApiClient, account: Account, to: string): Promise<{ path: string; rows: number }[]> {
  const counts = account.counts ?? account.dryRun?.counts;
  const files = Object.entries(counts?.files ?? {}).filter(([, { rejected }]) => rejected > 0);
  const written: { path: string; rows: number }[] = [];
  for (const [file, { rejected }] of files) {
    const path = files.length === 1 ? to : join(dirname(to), `${basename(to, extname(to))}.${plain(file)}${extname(to) || '.csv'}`);
    const { bytes } = await client.send('GET', `/v1/deliveries/${account.deliveryId}/rejected`, { query: { file } });
    try {
      await writeFile(path, bytes);
    } catch (error) {
      throw new CliError(`${path} cannot be written: ${(error as Error).message}`, {
        detail: `The delivery itself is as it was said; fetch the rows with: rollbook deliveries rejected ${account.deliveryId} --to FILE`,
      });
    }
    written.push({ path, rows: rejected });
  }
  return written;
}

/** A file's name without its ending and without what a name of a file cannot have. */
function plain(name: string): string {
  return name.replace(/\.[A-Za-z0-9]{1,5}$/, '').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
}
