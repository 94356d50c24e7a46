import type { Coverage } from '../store/attendance-delivery.ts';
import type { Day } from './school-year.ts';

/** A delivery as the values of a statement: its id, the day on which it is taken, and what it covers. */
export function coverageValues(delivery: { deliveryId: string | null; coverage: Coverage; today: Day }) {
  const { deliveryId, coverage, today } = delivery;
  return {
    delivery: deliveryId,
    today,
    complete: coverage.complete,
    from: coverage.from,
    to: coverage.to,
    all: coverage.schools === 'all',
    schools: coverage.schools === 'all' ? [] : coverage.schools,
  };
}
