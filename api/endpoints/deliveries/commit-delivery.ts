import { z } from 'zod';
import { readDelivery } from '../../../store/attendance-delivery.ts';
import { commitDelivery as commit, filesOf } from '../../../store/intake/deliveries.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { deliveryOpened } from '../../contracts/delivery.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const commitDelivery = endpoint({
  method: 'post',
  path: '/v1/deliveries/:id/commit',
  operationId: 'commitDelivery',
  tag: 'deliveries',
  summary: 'Closes a delivery and has it imported',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'takes data in and shows none' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: nothing,
  headers: commandHeaders,
  responses: { 202: { description: 'Being imported; read what came of it at the address in `location`', schema: deliveryOpened } },
  async handler({ trx, params, headers, person, services }) {
    const delivery = await readDelivery(trx, params.id);
    if (delivery === null) throw new Problem('not-found', 'There is no such delivery.');
    const request = { person, key: headers['idempotency-key'], kind: 'commit_delivery', asked: params };
    const answer = await onceInTransaction(trx, request, async () => {
      if ((await filesOf(trx, params.id)).length === 0)
        throw new Problem('delivery-closed', 'No file has come into this delivery yet; put one first.');
      if (!(await commit(trx, params.id))) throw new Problem('delivery-closed', 'This delivery has been committed before.');
      return { status: 202, body: { deliveryId: params.id, status: 'queued' } };
    });
    return {
      async afterCommit() {
        // Safe to repeat: a delivery has one import, and a repeated commit starts it if the first one could not.
        await services.jobs.importDelivery(params.id);
        return { ...answer, headers: { location: `/v1/deliveries/${params.id}` } };
      },
    };
  },
});
