import type { DeliveryCounts, DeliveryRecord, OpenCoverage } from '../attendance-delivery.ts';
import type { Database } from '../database.ts';

/** How far a running import or dry run has come. */
export interface DeliveryProgress {
  phase: string;
  file: string | null;
  rows: number;
  bytes: number;
  ofBytes: number;
  at: string;
}

/** Progress of a delivery; null when no work on it is under way. */
export async function readProgress(db: Database, deliveryId: string): Promise<DeliveryProgress | null> {
  const row = await db('delivery_progress')
    .where({ delivery_id: deliveryId })
    .first<(Omit<DeliveryProgress, 'at'> & { at: Date }) | undefined>('phase', 'file', 'rows', 'bytes', 'of_bytes AS ofBytes', 'at');
  return row ? { ...row, at: row.at.toISOString() } : null;
}

/** A delivery in a list. */
export interface DeliveryLine {
  deliveryId: string;
  source: string;
  status: DeliveryRecord['status'];
  coverage: OpenCoverage;
  receivedBy: string;
  receivedAt: string;
  /** Number of its files, and their bytes in all. */
  files: number;
  bytes: number;
  counts: Pick<DeliveryCounts, 'read' | 'accepted' | 'rejected' | 'ignored'> | null;
  problem: string | null;
}

/** Deliveries, the latest first. @param options.before the last one of the page before */
export async function listDeliveries(
  db: Database,
  options: { status?: DeliveryRecord['status']; before?: string; limit: number },
): Promise<DeliveryLine[]> {
  const query = db('delivery AS d')
    .orderBy('d.delivery_id', 'desc')
    .limit(options.limit)
    .leftJoin(
      db('delivery_file').groupBy('delivery_id').select('delivery_id', db.raw('count(*) AS files, sum(size)::bigint AS bytes')).as('f'),
      'f.delivery_id',
      'd.delivery_id',
    );
  if (options.status) void query.andWhere({ status: options.status });
  if (options.before) void query.andWhere('d.delivery_id', '<', options.before);
  const rows = await query.select<(Omit<DeliveryLine, 'receivedAt'> & { receivedAt: Date })[]>(
    'd.delivery_id AS deliveryId',
    'source',
    'status',
    'coverage',
    'received_by AS receivedBy',
    'received_at AS receivedAt',
    db.raw('coalesce(f.files, 0) AS files, coalesce(f.bytes, 0) AS bytes'),
    db.raw(
      `CASE WHEN counts IS NOT NULL THEN jsonb_build_object('read', counts -> 'read', 'accepted', counts -> 'accepted',
         'rejected', counts -> 'rejected', 'ignored', counts -> 'ignored') END AS counts`,
    ),
    'problem',
  );
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
}
