import { createHash } from 'node:crypto';
import type { Database } from './database.ts';
import type { Day } from '../cases/actions.ts';

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

export interface FileCounts {
  read: number;
  accepted: number;
  rejected: number;
  ignored: number;
}

/** The account of a delivery: read = accepted + rejected + ignored, for each file and in all. */
export interface DeliveryCounts extends FileCounts {
  files: Record<string, FileCounts & { kind: string | null }>;
  /** Rows not taken, by reason code. */
  reasons: Record<string, number>;
  /** What it did to the day records. */
  days: {
    added: number;
    changed: number;
    /** Days on record that this complete delivery no longer has. */
    withdrawn: number;
    /** True when unreadable rows kept missing days from being withdrawn: one of them may have been among those rows. */
    withdrawalsHeld: boolean;
    /** School days that are covered since this delivery. */
    covered: number;
  };
  /** Students whose standing it changed, and cases that were woken by it. */
  standing: { changed: number; crossings: number };
  /** Due days that a changed calendar moved, and on how many cases. */
  moved?: { dues: number; cases: number };
}

export interface DeliveryRecord {
  deliveryId: string;
  source: string;
  format: string | null;
  coverage: Coverage;
  status: 'receiving' | 'queued' | 'running' | 'done' | 'failed';
  districtDay: Day | null;
  counts: DeliveryCounts | null;
  problem: string | null;
}

/** Writes a delivery and its files down, ready to be imported. @returns its id */
export async function createDelivery(
  db: Database,
  input: {
    source: string;
    coverage: Coverage;
    receivedBy: string;
    files: readonly { name: string; bytes: Buffer }[];
  },
): Promise<string> {
  return db.transaction(async (trx) => {
    const [row] = await trx('delivery')
      .insert({
        source: input.source,
        coverage: JSON.stringify(input.coverage),
        status: 'queued',
        received_by: input.receivedBy,
      })
      .returning<{ delivery_id: string }[]>('delivery_id');
    const deliveryId = row!.delivery_id;
    for (const { name, bytes } of input.files) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await trx('delivery_file').insert({
        delivery_id: deliveryId,
        name,
        sha256,
        bytes,
      });
    }
    return deliveryId;
  });
}

/** @returns null when there is no such delivery */
export async function readDelivery(db: Database, deliveryId: string): Promise<DeliveryRecord | null> {
  const row = await db('delivery').where({ delivery_id: deliveryId }).first<
    | {
        delivery_id: string;
        source: string;
        format: string | null;
        coverage: Coverage;
        status: DeliveryRecord['status'];
        district_day: Day | null;
        counts: DeliveryCounts | null;
        problem: string | null;
      }
    | undefined
  >('delivery_id', 'source', 'format', 'coverage', 'status', 'district_day', 'counts', 'problem');
  if (!row) return null;
  const { delivery_id, district_day, ...rest } = row;
  return { deliveryId: delivery_id, districtDay: district_day, ...rest };
}

/** A row that was not taken. */
export interface RefusedRow {
  file: string;
  line: number;
  outcome: 'rejected' | 'ignored';
  reason: string;
  message: string;
  raw: Record<string, string>;
}

/** Rows that were not taken, in the order of the files; `after` is the last row of the page before. */
export async function refusedRows(
  db: Database,
  deliveryId: string,
  options: {
    outcome?: 'rejected' | 'ignored';
    after?: { file: string; line: number };
    limit: number;
  },
): Promise<RefusedRow[]> {
  const query = db('delivery_row').where({ delivery_id: deliveryId }).orderBy(['file', 'line']).limit(options.limit);
  if (options.outcome) void query.andWhere({ outcome: options.outcome });
  if (options.after) void query.andWhereRaw('(file, line) > (?, ?)', [options.after.file, options.after.line]);
  return query.select<RefusedRow[]>('file', 'line', 'outcome', 'reason', 'message', 'raw');
}

/** Marks a delivery that could not be imported at all, with what is wrong and what to do. A finished one stays as it is. */
export async function failDelivery(db: Database, deliveryId: string, problem: string): Promise<void> {
  await db('delivery').where({ delivery_id: deliveryId }).whereNot({ status: 'done' }).update({ status: 'failed', problem });
}
