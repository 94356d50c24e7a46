import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { coverage, fileReceived } from '../../api/contracts/delivery.ts';
import type { ApiClient } from './client.ts';
import { phaseText, sizeText, type Account } from './delivery-text.ts';
import { CliError } from './errors.ts';
import type { SourcePath } from './source-files.ts';

export type Coverage = z.input<typeof coverage>;
type Say = (line: string) => void;

const POLL_MS = 250;
/** At least so long between two lines that say how far something has come. */
const TELL_MS = 2_000;
/** Rows that are fetched at most; the rest is in the file of rejected rows. */
const MOST_ROWS = 10_000;
/** An upload that breaks off is taken up again so often without having got on. */
const TRIES = 5;

const key = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });

/** Opens a delivery and sends its files, straight from the disk. @returns its id */
export async function sendFiles(
  client: ApiClient,
  input: { source: string; files: readonly SourcePath[]; coverage: Coverage; progress?: Say; opened?: (deliveryId: string) => void },
): Promise<string> {
  const answer = await client.send<{ deliveryId: string }>('POST', '/v1/deliveries', {
    body: { source: input.source, coverage: input.coverage },
    headers: key(),
  });
  const { deliveryId } = answer.body;
  input.opened?.(deliveryId);
  for (const file of input.files) await sendFile(client, deliveryId, file, input.progress ?? (() => undefined));
  return deliveryId;
}

/** Sends one file; when the connection breaks, goes on from where it broke. */
async function sendFile(client: ApiClient, deliveryId: string, file: SourcePath, say: Say): Promise<void> {
  const address = `/v1/deliveries/${deliveryId}/files/${encodeURIComponent(file.name)}`;
  say(`Sending ${file.name}, ${sizeText(file.size)}.`);
  let told = performance.now();
  let start = 0;
  for (let tries = 0; ;) {
    const from = start;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      let sent = from;
      for await (const piece of createReadStream(file.path, { start: from })) {
        sent += (piece as Buffer).length;
        if (performance.now() - told > TELL_MS) {
          say(`  ${sizeText(sent)} of ${sizeText(file.size)} sent.`);
          told = performance.now();
        }
        yield piece as Buffer;
      }
    }
    try {
      await client.send('PUT', address, { body: Readable.from(pieces()), query: from === 0 ? {} : { offset: from } });
      return;
    } catch (error) {
      if (!(error instanceof CliError) || error.more.type !== 'not-running') throw error;
      const kept = await client.get<z.infer<typeof fileReceived>>(address).catch(() => null);
      if (kept?.complete) return;
      start = kept?.bytes ?? 0;
      tries = start > from ? 1 : tries + 1;
      if (tries > TRIES) throw error;
      say(`  The connection broke; going on from ${sizeText(start)}.`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS * 2 ** tries));
    }
  }
}

/**
 * Has a delivery imported and waits until every row is accounted for.
 * @throws CliError when the delivery as a whole failed or was cancelled; single bad rows do not
 */
export async function commit(client: ApiClient, deliveryId: string, say: Say = () => undefined): Promise<Account> {
  const path = `/v1/deliveries/${deliveryId}`;
  await client.send('POST', `${path}/commit`, { body: {}, headers: key() });
  return follow(client, path, say, (account) => {
    if (account.status === 'failed')
      throw new CliError('The delivery could not be taken', { detail: account.problem ?? 'no reason was given' });
    if (account.status === 'cancelled') throw new CliError('The delivery was cancelled; nothing of it was taken');
    return account.status === 'done';
  });
}

/**
 * Tries a delivery out and waits for what would become of it.
 * @throws CliError when it could not be taken as a whole
 */
export async function tryOut(client: ApiClient, deliveryId: string, say: Say = () => undefined): Promise<Account> {
  const path = `/v1/deliveries/${deliveryId}`;
  await client.send('POST', `${path}/dry-run`, { body: {}, headers: key() });
  return follow(client, path, say, ({ status, dryRun }) => {
    if (status === 'cancelled') throw new CliError('The delivery was cancelled');
    if (status !== 'receiving') throw new CliError('The delivery was committed while it was being tried out');
    if (dryRun?.state === 'failed')
      throw new CliError('The delivery could not be taken', { detail: dryRun.problem ?? 'no reason was given' });
    return dryRun?.state === 'done';
  });
}

/** Opens a delivery, sends its files and has it imported. */
export async function uploadDelivery(client: ApiClient, input: Parameters<typeof sendFiles>[1]): Promise<Account> {
  return commit(client, await sendFiles(client, input), input.progress);
}

/** Asks again until it is finished, and tells how far it has come. */
async function follow(client: ApiClient, path: string, say: Say, finished: (account: Account) => boolean): Promise<Account> {
  let told = '';
  let toldAt = -TELL_MS;
  for (;;) {
    const account = await client.get<Account>(path, { limit: 1000 });
    if (finished(account)) return { ...account, ...(await moreRows(client, path, account)) };
    const text = account.progress ? phaseText(account.progress) : 'All sent; waiting for a worker.';
    if (text !== told && performance.now() - toldAt > TELL_MS) {
      say(text);
      told = text;
      toldAt = performance.now();
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function moreRows(client: ApiClient, path: string, first: Account): Promise<Pick<Account, 'rows' | 'next'>> {
  const rows = [...first.rows];
  let { next } = first;
  while (next !== null && rows.length < MOST_ROWS) {
    const page = await client.get<Account>(path, { cursor: next, limit: 1000 });
    rows.push(...page.rows);
    next = page.next;
  }
  return { rows, next };
}

/** Cancels a delivery that is not done. @throws CliError when it is too late */
export async function cancel(client: ApiClient, deliveryId: string): Promise<void> {
  await client.send('POST', `/v1/deliveries/${deliveryId}/cancel`, { body: {}, headers: key() });
}
