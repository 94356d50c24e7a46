import { createHash } from 'node:crypto';
import type { Database } from './database.ts';
import { inParts, keepPart } from './delivery-files.ts';
import { beginUpload, commitDelivery, keepFile, openDelivery, type Coverage } from './intake/deliveries.ts';
import type { Day } from '../cases/actions.ts';

export type { Coverage };

export interface FileCounts {
  read: number;
  accepted: number;
  rejected: number;
  ignored: number;
}

export const COUNT_KEYS = ['read', 'accepted', 'rejected', 'ignored'] as const satisfies readonly (keyof FileCounts)[];

/** The account of one file. */
export interface FileAccount extends FileCounts {
  /** Null when no format knows the file. */
  kind: string | null;
  /** Rows not taken, by reason code, and the first and the last line of them. */
  reasons: Record<string, { rows: number; first: number; last: number }>;
}

/** What a delivery means for cases and schools. A case can be advanced by one row and retracted by another: it counts in both. */
export interface Consequences {
  /** Cases that are woken. */
  woken: number;
  /** Of them, students without a case, who get one. */
  opens: number;
  /** Cases that come to a later band, or to a truancy report that is due. */
  advances: number;
  /** Cases that leave a band, whose report is due no longer, or on whose filed report or letter a correction touches. */
  retracts: number;
  /** The same, school by school; schools without any are left out. */
  schools: { school: string; opens: number; advances: number; retracts: number }[];
  /** Schools that nothing may escalate at from now on, and those where it may again. */
  holds: string[];
  releases: string[];
}

/** The account of a delivery: read = accepted + rejected + ignored, for each file and in all. */
export interface DeliveryCounts extends FileCounts {
  files: Record<string, FileAccount>;
  /** Rows not taken, by reason code. */
  reasons: Record<string, number>;
  /** Rows that are counted but not kept one by one, because there are too many of them. */
  notKept: { rejected: number; ignored: number };
  /** What it did to the day records. */
  days: {
    added: number;
    changed: number;
    /** Days on record that this complete delivery no longer has. */
    withdrawn: number;
    /** True when unreadable rows kept missing days from being withdrawn: one of them may have been among those rows. */
    withdrawalsHeld: boolean;
    /** Days that wait for a person to let them be withdrawn, because they are too many at once. */
    retractionsWaiting: number;
    /** School days that are covered since this delivery. */
    covered: number;
  };
  /** Students whose standing it changed, and cases that were woken by it. */
  standing: { changed: number; crossings: number };
  /** Due days that a changed calendar moved, and on how many cases. */
  moved?: { dues: number; cases: number };
  consequences: Consequences;
}

export interface DeliveryRecord {
  deliveryId: string;
  source: string;
  format: string | null;
  coverage: Coverage;
  status: 'receiving' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
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
    /** Words of the person who delivers by hand. */
    note?: string;
    files: readonly { name: string; bytes: Buffer | AsyncIterable<Buffer> }[];
  },
): Promise<string> {
  return db.transaction(async (trx) => {
    const deliveryId = await openDelivery(trx, input);
    for (const { name, bytes } of input.files) {
      const uploadId = await beginUpload(trx, deliveryId, name);
      if (uploadId === null) throw new Error('a delivery takes files until it is queued');
      const hash = createHash('sha256');
      let part = 0;
      let size = 0;
      for await (const piece of inParts(Buffer.isBuffer(bytes) ? [bytes] : bytes)) {
        hash.update(piece);
        await keepPart(trx, uploadId, { part, startsAt: size, bytes: piece });
        part += 1;
        size += piece.length;
      }
      await keepFile(trx, { deliveryId, name, sha256: hash.digest('hex'), size, uploadId });
    }
    await commitDelivery(trx, deliveryId);
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
