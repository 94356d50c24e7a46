import type { Day } from '../../cases/actions.ts';
import type { Transaction } from '../database.ts';

/**
 * What a delivery says about itself: of which schools and days it speaks, and whether it says everything about them. Only inside a
 * complete coverage does a missing row mean that there is nothing to say; a partial file must not retract letters.
 */
export interface Coverage {
  schools: string[] | 'all';
  from: Day;
  to: Day;
  complete: boolean;
}

/** A coverage that may leave its days to the rows: from the first to the last that they speak of. Never a complete one. */
export type OpenCoverage = Omit<Coverage, 'from' | 'to'> & { from: Day | null; to: Day | null };

/** Opens a delivery: files can be put into it until it is committed. @returns its id */
export async function openDelivery(
  trx: Transaction,
  input: { source: string; coverage: OpenCoverage; receivedBy: string; note?: string },
): Promise<string> {
  const [row] = await trx('delivery')
    .insert({
      source: input.source,
      coverage: JSON.stringify(input.coverage),
      status: 'receiving',
      received_by: input.receivedBy,
      note: input.note ?? null,
    })
    .returning<{ delivery_id: string }[]>('delivery_id');
  if (!row) throw new Error('a delivery was not written');
  return row.delivery_id;
}

/** A file that has come, or the part of it that has. */
export interface FileState {
  /** Bytes that are kept. */
  bytes: number;
  /** SHA-256 of the whole; null while it has not come to its end. */
  sha256: string | null;
  /** The upload that can be taken up again; null when there is none. */
  uploadId: string | null;
}

/** How much of a file has come: the whole, or what its latest upload has kept. */
export async function fileState(trx: Transaction, deliveryId: string, name: string): Promise<FileState> {
  const file = await trx('delivery_file')
    .where({ delivery_id: deliveryId, name })
    .first<{ sha256: string; size: number } | undefined>('sha256', 'size');
  if (file) return { bytes: file.size, sha256: file.sha256, uploadId: null };
  const upload = await trx('delivery_upload AS u')
    .leftJoin('delivery_part AS p', 'p.upload_id', 'u.upload_id')
    .where({ delivery_id: deliveryId, name })
    .groupBy('u.upload_id')
    .orderBy('u.upload_id', 'desc')
    .first<{ upload_id: string; bytes: number } | undefined>('u.upload_id', trx.raw('coalesce(sum(p.size), 0)::bigint AS bytes'));
  return { bytes: upload?.bytes ?? 0, sha256: null, uploadId: upload?.upload_id ?? null };
}

/** Begins to receive a file. @returns the id of the upload; null when the delivery takes no more files */
export async function beginUpload(trx: Transaction, deliveryId: string, name: string): Promise<string | null> {
  const { rows } = await trx.raw<{ rows: { upload_id: string }[] }>(
    `INSERT INTO delivery_upload (delivery_id, name)
     SELECT delivery_id, :name FROM delivery WHERE delivery_id = :deliveryId AND status = 'receiving' RETURNING upload_id`,
    { deliveryId, name },
  );
  return rows[0]?.upload_id ?? null;
}

/**
 * Keeps the file of an upload that came to its end. A dry run made before it speaks of other files, and is forgotten.
 * @returns `kept` now or before with the same content, `differs` when the name came before with other content, `closed` when the
 *   delivery takes no more files
 */
export async function keepFile(
  trx: Transaction,
  input: { deliveryId: string; name: string; sha256: string; size: number; uploadId: string },
): Promise<'kept' | 'differs' | 'closed'> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `INSERT INTO delivery_file (delivery_id, name, sha256, size, upload_id)
     SELECT d.delivery_id, :name, :sha256, :size, u.upload_id FROM delivery d JOIN delivery_upload u USING (delivery_id)
     WHERE d.delivery_id = :deliveryId AND d.status = 'receiving' AND u.upload_id = :uploadId
     ON CONFLICT DO NOTHING`,
    input,
  );
  if (rowCount === 1) {
    await trx('delivery')
      .where({ delivery_id: input.deliveryId })
      .whereNotNull('dry_run_state')
      .update({ dry_run_state: null, dry_run: null, dry_run_problem: null });
    return 'kept';
  }
  const { sha256 } = await fileState(trx, input.deliveryId, input.name);
  return sha256 === null ? 'closed' : sha256 === input.sha256 ? 'kept' : 'differs';
}

/**
 * Closes a delivery for files, ready to be imported. One that failed can be committed again: what stood in its way may be gone.
 * @returns false when it was not receiving any more
 */
export async function commitDelivery(trx: Transaction, deliveryId: string): Promise<boolean> {
  const done = await trx('delivery')
    .where({ delivery_id: deliveryId })
    .whereIn('status', ['receiving', 'failed'])
    .update({ status: 'queued' });
  if (done === 1) await dropUnusedUploads(trx, deliveryId);
  return done === 1;
}

/** Asks for a dry run of the files that have come so far; one that was asked for already is asked for again. @returns false when the delivery is closed */
export async function askForDryRun(trx: Transaction, deliveryId: string): Promise<boolean> {
  const asked = await trx('delivery')
    .where({ delivery_id: deliveryId, status: 'receiving' })
    .update({ dry_run_state: 'queued', dry_run: null, dry_run_problem: null });
  return asked === 1;
}

/**
 * Cancels a delivery that is not done. An import of it that runs finds itself cancelled before it can commit.
 * @returns `done` when it is too late
 */
export async function cancelDelivery(trx: Transaction, deliveryId: string, by: string): Promise<'cancelled' | 'done'> {
  const cancelled = await trx('delivery')
    .where({ delivery_id: deliveryId })
    .whereNotIn('status', ['done', 'cancelled'])
    .update({ status: 'cancelled', cancelled_by: by, dry_run_state: null });
  if (cancelled === 1) return 'cancelled';
  const row = await trx('delivery').where({ delivery_id: deliveryId }).first<{ status: string } | undefined>('status');
  return row?.status === 'cancelled' ? 'cancelled' : 'done';
}

/** Names of the files that have come so far. */
export async function filesOf(trx: Transaction, deliveryId: string): Promise<string[]> {
  const rows = await trx('delivery_file').where({ delivery_id: deliveryId }).orderBy('name').select<{ name: string }[]>('name');
  return rows.map(({ name }) => name);
}

/** Drops the bytes of attempts that broke off and, of a cancelled delivery, all of them. */
export async function dropUnusedUploads(trx: Transaction, deliveryId: string): Promise<void> {
  await trx.raw(`SELECT drop_unused_uploads(CAST(? AS uuid))`, [deliveryId]);
}
