import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import type { saidByHand } from '../../api/contracts/earlier.ts';
import type { ApiClient } from './client.ts';
import { CliError } from './errors.ts';

type Said = z.infer<typeof saidByHand>;

/** How long the command line waits until what was said by hand has been taken in, in tries of half a second. */
const TRIES = 40;

/**
 * Says something by hand and waits until it has been taken in.
 * @returns what became of it: `taken`, or `waiting` when nobody has come to it yet
 * @throws CliError with the reason when it is not taken
 */
export async function sayByHand(client: ApiClient, path: string, body: unknown, key: string | undefined): Promise<Said> {
  const { deliveryId } = await client.command<{ deliveryId: string }>(path, body, { key });
  for (let tries = 1; ; tries += 1) {
    const said = await client.get<Said>(`/v1/said-by-hand/${deliveryId}`);
    if (said.status === 'refused' || said.status === 'failed')
      throw new CliError(`It was not taken: ${said.sentences[0] ?? 'nothing was said about why'}`, {
        type: 'not-taken',
        ...(said.sentences.length > 1 ? { lines: said.sentences.slice(1) } : {}),
      });
    if (said.status === 'taken' || tries === TRIES) return said;
    await wait(500);
  }
}
