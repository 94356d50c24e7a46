import { z } from 'zod';
import { readDelivery } from '../../../store/attendance-delivery.ts';
import { askForDryRun, filesOf } from '../../../store/intake/deliveries.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { deliveryOpened } from '../../contracts/delivery.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const dryRunDelivery = endpoint({
  method: 'post',
  path: '/v1/deliveries/:id/dry-run',
  operationId: 'dryRunDelivery',
  tag: 'deliveries',
  summary: 'Tries a delivery out: what it would take, and what would follow from it for cases and schools',
  description:
    'The import itself, in a transaction that is rolled back. Read the account in `dryRun` of the delivery, and in `rows` what would not be ' +
    'taken. Committing the delivery then does just that, unless something else has changed: the delivery says so in `differences`.',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'counts what a delivery would do and shows none of it' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: nothing,
  headers: commandHeaders,
  responses: { 202: { description: 'Being tried out; read what came of it at the address in `location`', schema: deliveryOpened } },
  async handler({ trx, params, headers, person, services }) {
    if ((await readDelivery(trx, params.id)) === null) throw new Problem('not-found', 'There is no such delivery.');
    const request = { person, key: headers['idempotency-key'], kind: 'dry_run_delivery', asked: params };
    const answer = await onceInTransaction(trx, request, async () => {
      if ((await filesOf(trx, params.id)).length === 0)
        throw new Problem('delivery-closed', 'No file has come into this delivery yet; put one first.');
      if (!(await askForDryRun(trx, params.id)))
        throw new Problem('delivery-closed', 'This delivery has been committed or cancelled; there is nothing to try out any more.');
      return { status: 202, body: { deliveryId: params.id, status: 'receiving' } };
    });
    return {
      async afterCommit() {
        await services.jobs.dryRunDelivery(params.id);
        return { ...answer, headers: { location: `/v1/deliveries/${params.id}` } };
      },
    };
  },
});
