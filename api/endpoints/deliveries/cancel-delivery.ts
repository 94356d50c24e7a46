import { z } from 'zod';
import { readDelivery } from '../../../store/attendance-delivery.ts';
import { cancelDelivery as cancel, dropUnusedUploads } from '../../../store/intake/deliveries.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { deliveryOpened } from '../../contracts/delivery.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const cancelDelivery = endpoint({
  method: 'post',
  path: '/v1/deliveries/:id/cancel',
  operationId: 'cancelDelivery',
  tag: 'deliveries',
  summary: 'Cancels a delivery that is not done; nothing of it stays but that it was there',
  description: 'At any time before it is done: while files come, while it waits, in the middle of its import. Its bytes are dropped.',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'takes back data that nobody has seen' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: nothing,
  headers: commandHeaders,
  responses: { 200: { description: 'Cancelled', schema: deliveryOpened } },
  async handler({ trx, params, headers, person, within }) {
    if ((await readDelivery(trx, params.id)) === null) throw new Problem('not-found', 'There is no such delivery.');
    const request = { person, key: headers['idempotency-key'], kind: 'cancel_delivery', asked: params };
    const answer = await onceInTransaction(trx, request, async () => {
      const found = await cancel(trx, params.id, person.id);
      if (found === 'done')
        throw new Problem('delivery-done', 'This delivery has been imported. Send a delivery that corrects it instead.');
      return { status: 200, body: { deliveryId: params.id, status: 'cancelled' } };
    });
    return {
      async afterCommit() {
        await within((later) => dropUnusedUploads(later, params.id));
        return answer;
      },
    };
  },
});
