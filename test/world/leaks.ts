import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { EncryptionCodec } from '../../bin/engine/codec.ts';
import type { Database } from '../../store/database.ts';

/**
 * What no one may find in the engine (house rule 11): names, numbers and addresses of all students and their contacts, as the database
 * has them. Words of fewer than six characters are left out, since they may stand in any text by chance.
 */
export async function personalData(db: Database): Promise<string[]> {
  const { rows } = await db.raw<{ rows: Record<string, string | null>[] }>(
    `SELECT first_name || ' ' || last_name AS name, last_name || ', ' || first_name AS filed, local_id, NULL AS phone, NULL AS digits, NULL AS email, NULL AS street FROM student
     UNION ALL SELECT first_name || ' ' || last_name, last_name || ', ' || first_name, NULL, phone, phone_digits, email, street FROM contact`,
  );
  return [...new Set(rows.flatMap((row) => Object.values(row)).filter((text): text is string => text !== null && text.length >= 6))];
}

/** Those of the needles that stand in the engine's database file or in the files it keeps beside it. */
export function foundInFile(dbFile: string, needles: string[]): string[] {
  const files = readdirSync(dirname(dbFile)).filter((name) => name.startsWith(basename(dbFile)));
  const stacks = files.map((name) => readFileSync(join(dirname(dbFile), name)).toString('latin1'));
  return needles.filter((needle) => stacks.some((stack) => stack.includes(Buffer.from(needle).toString('latin1'))));
}

/** Everything that the namespace's workflows were told and said, decrypted: what somebody with the key could read in the engine. */
export async function decryptedHistories(client: Client, payloadKey: string): Promise<string> {
  const codec = new EncryptionCodec(payloadKey);
  const texts: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history: unknown = JSON.parse(historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory()));
    for (const { metadata, data } of payloadsIn(history)) {
      const encoding = Buffer.from(metadata['encoding'] ?? '', 'base64');
      const [plain] = await codec.decode([{ metadata: { encoding }, data: Buffer.from(data ?? '', 'base64') }]);
      texts.push(Buffer.from(plain?.data ?? []).toString('utf8'));
    }
    // Whatever stands beside the payloads is open to everybody.
    texts.push(JSON.stringify(history));
  }
  return texts.join('\n');
}

interface JsonPayload {
  metadata: Record<string, string>;
  data?: string;
}

function payloadsIn(value: unknown): JsonPayload[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('metadata' in value && typeof value.metadata === 'object' && value.metadata !== null && 'encoding' in value.metadata)
    return [value as JsonPayload];
  return Object.values(value).flatMap(payloadsIn);
}
