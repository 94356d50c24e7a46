import { createHash } from 'node:crypto';
import type { Database } from './database.ts';
import { inParts, keepPart } from './delivery-files.ts';
import { beginUpload, commitDelivery, keepFile, openDelivery, type Coverage, type OpenCoverage } from './intake/deliveries.ts';
import type { Day } from '../cases/actions.ts';

export type { Coverage, OpenCoverage };

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
  /** Students on whose standing nothing may escalate from now on, and those on whose it may again; with the schools they are at. */
  holds: { students: number; schools: string[] };
  releases: { students: number; schools: string[] };
}

/** The first and the last day that attendance rows speak of. */
export interface Span {
  first: Day;
  last: Day;
}

/** The account of a delivery: read = accepted + rejected + ignored, for each file and in all. */
export interface DeliveryCounts extends FileCounts {
  files: Record<string, FileAccount>;
  /** Rows not taken, by reason code. */
  reasons: Record<string, number>;
  /** Rows that are counted but not kept one by one, because there are too many of them. */
  notKept: { rejected: number; ignored: number };
  /** Days that its attendance rows speak of; only when a dry run was asked for, or the coverage left the days to them. */
  span?: Span | null;
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
  /** Steps taken elsewhere that it brings in; only when it holds such a file. */
  earlier?: EarlierCounts;
}

/** Steps of before Rollbook knew the school. */
export interface EarlierCounts {
  records: number;
  students: number;
  /** Students without a case, who get one for their record to stand in. */
  opens: number;
  /** Reports that rest on days which the attendance on record does not bear out: they are taken, and are not relied upon. The first hundred. */
  notBorneOut: { file: string; line: number; report: number; days: Day[] }[];
}

export interface DeliveryRecord {
  deliveryId: string;
  source: string;
  format: string | null;
  coverage: OpenCoverage;
  status: 'receiving' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  districtDay: Day | null;
  counts: DeliveryCounts | null;
  problem: string | null;
  receivedBy: string;
  /** Instants of wall time. */
  receivedAt: string;
  finishedAt: string | null;
  cancelledBy: string | null;
  /** The last dry run of the files as they are; null when there was none. */
  dryRun: { state: 'queued' | 'running' | 'done' | 'failed'; problem: string | null; counts: DeliveryCounts | null } | null;
  /** Where the import did other than the dry run said; null when there was no dry run. */
  differences: { what: string; expected: unknown; found: unknown }[] | null;
}

/** Writes a delivery and its files down, ready to be imported. @returns its id */
export async function createDelivery(
  db: Database,
  input: {
    source: string;
    coverage: OpenCoverage;
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

interface DeliveryRow {
  delivery_id: string;
  source: string;
  format: string | null;
  coverage: OpenCoverage;
  status: DeliveryRecord['status'];
  district_day: Day | null;
  received_by: string;
  received_at: Date;
  finished_at: Date | null;
  counts: DeliveryCounts | null;
  problem: string | null;
  cancelled_by: string | null;
  dry_run_state: NonNullable<DeliveryRecord['dryRun']>['state'] | null;
  dry_run: DeliveryCounts | null;
  dry_run_problem: string | null;
  differences: DeliveryRecord['differences'];
}

/** @returns null when there is no such delivery */
export async function readDelivery(db: Database, deliveryId: string): Promise<DeliveryRecord | null> {
  const row = await db('delivery').where({ delivery_id: deliveryId }).first<DeliveryRow | undefined>();
  if (!row) return null;
  const { source, format, coverage, status, counts, problem, differences } = row;
  return {
    deliveryId: row.delivery_id,
    source,
    format,
    coverage,
    status,
    districtDay: row.district_day,
    counts,
    problem,
    receivedBy: row.received_by,
    receivedAt: row.received_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    cancelledBy: row.cancelled_by,
    dryRun: row.dry_run_state === null ? null : { state: row.dry_run_state, problem: row.dry_run_problem, counts: row.dry_run },
    differences,
  };
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

/** Rows that were not taken, or would not be, in the order of the files; `after` is the last row of the page before. */
export async function refusedRows(
  db: Database,
  deliveryId: string,
  options: {
    of: 'import' | 'dry run';
    outcome?: 'rejected' | 'ignored';
    after?: { file: string; line: number };
    limit: number;
  },
): Promise<RefusedRow[]> {
  const query = db(options.of === 'import' ? 'delivery_row' : 'dry_run_row')
    .where({ delivery_id: deliveryId })
    .orderBy(['file', 'line'])
    .limit(options.limit);
  if (options.outcome) void query.andWhere({ outcome: options.outcome });
  if (options.after) void query.andWhereRaw('(file, line) > (?, ?)', [options.after.file, options.after.line]);
  return query.select<RefusedRow[]>('file', 'line', 'outcome', 'reason', 'message', 'raw');
}

/** Marks a delivery that could not be imported at all, with what is wrong and what to do. A finished one stays as it is. */
export async function failDelivery(db: Database, deliveryId: string, problem: string): Promise<void> {
  await db('delivery').where({ delivery_id: deliveryId }).whereIn('status', ['queued', 'running']).update({ status: 'failed', problem });
}
