import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { coverage, delivery } from '../../api/contracts/delivery.ts';
import type { ApiClient } from './client.ts';
import { CliError } from './errors.ts';
import { count, table } from './table.ts';

export type Coverage = z.infer<typeof coverage>;
/** A delivery with all its rows that were not taken. */
export type Account = z.infer<typeof delivery>;
export interface UploadFile {
  name: string;
  bytes: Buffer;
}

const POLL_MS = 250;

/**
 * Uploads files as one delivery and waits until every row is accounted for.
 * @throws CliError when the delivery as a whole failed; single bad rows do not
 */
export async function uploadDelivery(
  client: ApiClient,
  input: { source: string; files: UploadFile[]; coverage: Coverage; progress?: (line: string) => void },
): Promise<Account> {
  const key = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });
  const opened = await client.send<{ deliveryId: string }>('POST', '/v1/deliveries', {
    body: { source: input.source, coverage: input.coverage },
    headers: key(),
  });
  const path = `/v1/deliveries/${opened.body.deliveryId}`;
  for (const { name, bytes } of input.files) {
    input.progress?.(`Sending ${name}, ${count(bytes.length, 'byte')}.`);
    await client.send('PUT', `${path}/files/${encodeURIComponent(name)}`, { body: bytes });
  }
  await client.send('POST', `${path}/commit`, { body: {}, headers: key() });
  for (let status = ''; ;) {
    const account = await client.get<Account>(path);
    if (account.status === 'done') return { ...account, rows: await allRows(client, path, account) };
    if (account.status === 'failed')
      throw new CliError('The delivery could not be taken', { detail: account.problem ?? 'no reason was given' });
    if (account.status !== status) input.progress?.(account.status === 'running' ? 'Reading the rows.' : 'All sent; waiting for a worker.');
    status = account.status;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function allRows(client: ApiClient, path: string, first: Account): Promise<Account['rows']> {
  const rows = [...first.rows];
  for (let next = first.next; next !== null;) {
    const page = await client.get<Account>(path, { cursor: next });
    rows.push(...page.rows);
    next = page.next;
  }
  return rows;
}

/** `read 1,917 = accepted 1,913 + rejected 3 + ignored 1`. */
export function accountText({ counts }: Pick<Account, 'counts'>): string {
  if (!counts) return 'no rows';
  const n = (number: number): string => number.toLocaleString('en-US');
  return `read ${n(counts.read)} = accepted ${n(counts.accepted)} + rejected ${n(counts.rejected)} + ignored ${n(counts.ignored)}`;
}

/** The account, and a line for every row that was rejected; of the ignored ones, a count by reason. */
export function accountReport(account: Account, width: number): string {
  const rejected = account.rows.filter(({ outcome }) => outcome === 'rejected');
  const lines = [`Rows: ${accountText(account)}.`];
  if (rejected.length)
    lines.push(
      '',
      table(
        ['File', 'Line', 'Rejected because'],
        rejected.map(({ file, line, message }) => [file, line, message]),
        width,
      ),
    );
  for (const [reason, number] of ignoredOf(account)) lines.push(`Ignored: ${count(number, 'row')} (${reason.replaceAll('-', ' ')}).`);
  return lines.join('\n');
}

/** How many rows were ignored, reason by reason. */
function ignoredOf({ counts, rows }: Account): [string, number][] {
  const ignored = new Set(rows.filter(({ outcome }) => outcome === 'ignored').map(({ reason }) => reason)).add('unchanged');
  return Object.entries((counts?.['reasons'] ?? {}) as Record<string, number>).filter(([reason]) => ignored.has(reason));
}
