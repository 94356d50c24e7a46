import type { Coverage } from '../attendance-delivery.ts';
import type { Transaction } from '../database.ts';

/** Opens a delivery: files can be put into it until it is committed. @returns its id */
export async function openDelivery(trx: Transaction, input: { source: string; coverage: Coverage; receivedBy: string }): Promise<string> {
  const [row] = await trx('delivery')
    .insert({ source: input.source, coverage: JSON.stringify(input.coverage), status: 'receiving', received_by: input.receivedBy })
    .returning<{ delivery_id: string }[]>('delivery_id');
  if (!row) throw new Error('a delivery was not written');
  return row.delivery_id;
}

/**
 * Keeps a file of a delivery that is still receiving.
 * @returns `kept` now or before with the same content, `differs` when the name came before with other content, `closed` when the
 *   delivery takes no more files
 */
export async function keepFile(
  trx: Transaction,
  input: { deliveryId: string; name: string; sha256: string; bytes: Buffer },
): Promise<'kept' | 'differs' | 'closed'> {
  const before = await trx('delivery_file')
    .where({ delivery_id: input.deliveryId, name: input.name })
    .first<{ sha256: string } | undefined>('sha256');
  if (before) return before.sha256 === input.sha256 ? 'kept' : 'differs';
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `INSERT INTO delivery_file (delivery_id, name, sha256, bytes)
     SELECT delivery_id, ?, ?, ? FROM delivery WHERE delivery_id = ? AND status = 'receiving'
     ON CONFLICT DO NOTHING`,
    [input.name, input.sha256, input.bytes, input.deliveryId],
  );
  if (rowCount === 1) return 'kept';
  const now = await trx('delivery_file')
    .where({ delivery_id: input.deliveryId, name: input.name })
    .first<{ sha256: string } | undefined>('sha256');
  return now === undefined ? 'closed' : now.sha256 === input.sha256 ? 'kept' : 'differs';
}

/** Closes a delivery for files, ready to be imported. @returns false when it was not receiving any more */
export async function commitDelivery(trx: Transaction, deliveryId: string): Promise<boolean> {
  return (await trx('delivery').where({ delivery_id: deliveryId, status: 'receiving' }).update({ status: 'queued' })) === 1;
}

/** Names of the files that have come so far. */
export async function filesOf(trx: Transaction, deliveryId: string): Promise<string[]> {
  const rows = await trx('delivery_file').where({ delivery_id: deliveryId }).orderBy('name').select<{ name: string }[]>('name');
  return rows.map(({ name }) => name);
}
