import { z } from 'zod';
import { readDelivery, refusedRows } from '../../../store/attendance-delivery.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { saidByHand } from '../../contracts/earlier.ts';
import { BY_HAND } from '../../deliver-by-hand.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

type Status = z.input<typeof saidByHand>['status'];

export const getSaidByHand = endpoint({
  method: 'get',
  path: '/v1/said-by-hand/:delivery',
  operationId: 'getSaidByHand',
  tag: 'deliveries',
  summary: 'What became of something that you said by hand: a day of a calendar, that attendance was taken, a step of before',
  permission: 'see_own_commands',
  place: 'none',
  audit: { none: 'what the reader said, and why it was not taken' },
  params: z.strictObject({ delivery: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'What became of it', schema: saidByHand } },
  async handler({ trx, person, params }) {
    const delivery = await readDelivery(trx, params.delivery);
    if (delivery === null || delivery.source !== BY_HAND || delivery.receivedBy !== person.id)
      throw new Problem('not-found', 'You have said no such thing by hand.');
    const { deliveryId } = delivery;
    if (delivery.status !== 'done') {
      const over = delivery.status === 'failed' || delivery.status === 'cancelled';
      return {
        status: 200,
        body: { deliveryId, status: over ? 'failed' : 'waiting', sentences: delivery.problem ? [delivery.problem] : [] },
      };
    }
    const rejected = await refusedRows(trx, deliveryId, { of: 'import', outcome: 'rejected', limit: 400 });
    const status: Status = rejected.length > 0 ? 'refused' : 'taken';
    return { status: 200, body: { deliveryId, status, sentences: rejected.map(({ message }) => message) } };
  },
});
