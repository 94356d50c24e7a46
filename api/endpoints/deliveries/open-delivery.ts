import { openDelivery as open } from '../../../store/intake/deliveries.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { deliveryOpened, openDelivery as contract } from '../../contracts/delivery.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';

export const openDelivery = endpoint({
  method: 'post',
  path: '/v1/deliveries',
  operationId: 'openDelivery',
  tag: 'deliveries',
  summary: 'Opens a delivery of attendance, with its coverage: which schools and days it speaks of, and whether it says everything',
  description: 'Then put its files, and commit it.',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'takes data in and shows none' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Opened', schema: deliveryOpened } },
  async handler({ trx, body, headers, person }) {
    const request = { person, key: headers['idempotency-key'], kind: 'open_delivery', asked: body };
    const answer = await onceInTransaction(trx, request, async () => {
      const deliveryId = await open(trx, { source: body.source, coverage: body.coverage, receivedBy: person.id });
      return { status: 201, body: { deliveryId, status: 'receiving' } };
    });
    const { deliveryId } = answer.body as { deliveryId: string };
    return { ...answer, headers: { location: `/v1/deliveries/${deliveryId}` } };
  },
});
