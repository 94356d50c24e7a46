import type { DeliveryCounts, OpenCoverage } from '../store/attendance-delivery.ts';
import type { Database } from '../store/database.ts';
import type { Day } from './school-year.ts';

/** A delivery as it stands at this moment. */
interface DeliveryNow {
  status: string;
  coverage: OpenCoverage;
  district_day: Day | null;
  received_by: string;
  counts: DeliveryCounts | null;
  /** The account of its last dry run. */
  dry_run: DeliveryCounts | null;
  /** Of all its files. */
  bytes: number;
}

/** @throws if there is no such delivery */
export async function deliveryNow(db: Database, deliveryId: string): Promise<DeliveryNow> {
  const row = await db('delivery')
    .where({ delivery_id: deliveryId })
    .first<DeliveryNow | undefined>(
      'status',
      'coverage',
      'district_day',
      'received_by',
      'counts',
      'dry_run',
      db.raw('(SELECT coalesce(sum(size), 0)::bigint FROM delivery_file f WHERE f.delivery_id = delivery.delivery_id) AS bytes'),
    );
  if (!row) throw new Error(`there is no delivery ${deliveryId}`);
  return row;
}
