import { createDelivery } from '../store/attendance-delivery.ts';
import { csvRow } from '../store/csv.ts';
import type { Transaction } from '../store/database.ts';
import type { Coverage } from '../store/intake/deliveries.ts';
import type { AfterCommit, Answer } from './endpoint.ts';
import { onceInTransaction } from './give-district-command.ts';
import type { ApiServices } from './ports.ts';
import type { Person } from './signin.ts';

/** The source of what people say by hand, as a delivery names it. */
export const BY_HAND = 'by hand';

/** What a person says by hand, as one file of a delivery: a row a line, in canonical columns. */
export interface ByHand {
  kind: 'submission' | 'calendar' | 'earlier';
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  coverage: Coverage;
  note: string;
}

/**
 * Takes in what a person says by hand about a school's days. It goes the way of every delivery: written down, checked, merged and
 * accounted for, in its turn, with its consequences; and it stays as the source of what it changed.
 * @param request whose it is, its idempotency key, and what was asked, to tell a repeat from another request
 */
export async function deliverByHand(
  trx: Transaction,
  services: ApiServices,
  request: { person: Person; key: string; asked: unknown },
  said: ByHand,
): Promise<AfterCommit<Answer>> {
  const { person, key, asked } = request;
  const answer = await onceInTransaction(trx, { person, key, kind: `deliver_${said.kind}`, asked }, async () => {
    const text = [said.columns, ...said.rows].map((row) => csvRow(row.map(onOneLine))).join('\n');
    const deliveryId = await createDelivery(trx, {
      source: BY_HAND,
      coverage: said.coverage,
      receivedBy: person.id,
      note: said.note,
      files: [{ name: `${said.kind}.csv`, bytes: Buffer.from(`${text}\n`) }],
    });
    return { status: 202, body: { deliveryId, status: 'queued' } };
  });
  const { deliveryId } = answer.body as { deliveryId: string };
  return {
    async afterCommit() {
      // Safe to repeat: a delivery has one import.
      await services.jobs.importDelivery(deliveryId);
      return { ...answer, headers: { location: `/v1/said-by-hand/${deliveryId}` } };
    },
  };
}

function onOneLine(field: string): string {
  return field.replaceAll(/[\r\n]+/g, ' ');
}
