import type { Coverage } from '../../store/attendance-delivery.ts';
import type { Transaction } from '../../store/database.ts';
import type { Day } from '../school-year.ts';

/** The delivery at hand, as the roster's merges need it. */
export interface RosterDelivery {
  deliveryId: string;
  coverage: Coverage;
  /** The district's day on which it was taken: what a row says without a date it says from then on. */
  today: Day;
}

/** Written as `recorded_by` of what came in a file; anything else there is a person. */
export const recordedBy = ({ deliveryId }: Pick<RosterDelivery, 'deliveryId'>): string => `delivery:${deliveryId}`;

/** More than this share of what is on record is not taken back by one file: it waits for a person. */
const SHARE = 0.25;
/** Below so many rows a share says nothing. */
const FEW = 20;

/** What became of the rows on record that a complete delivery no longer has. */
export interface Retracted {
  rows: number;
  /** True when they were left as they are: a row could not be read, or they were too many to be meant. */
  held: boolean;
}

/** Whether what a complete file leaves out may be taken back: all its rows could be read, and it leaves out no large share. */
export async function mayRetract(trx: Transaction, table: string, missing: number, onRecord: number): Promise<boolean> {
  if (missing > FEW && missing > onRecord * SHARE) return false;
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `SELECT FROM ${table} WHERE reason IS NOT NULL AND reason NOT IN ('unchanged', 'corrected-by-hand', 'duplicate-row') LIMIT 1`,
  );
  return rows.length === 0;
}

/** SQL: the school lies inside the coverage; with `coverageValues`. */
export const covered = (school: string): string => `(:all OR ${school} = ANY(:schools))`;
