import { z } from 'zod';
import { listDeliveries as list } from '../../../store/read/deliveries.ts';
import { cursor, readHeaders, nothing, uuid, wholeNumber } from '../../contracts/common.ts';
import { deliveryList, deliveryStatus } from '../../contracts/delivery.ts';
import { cursorOf, positionOf } from '../../cursors.ts';
import { endpoint } from '../../endpoint.ts';

const position = z.strictObject({ id: uuid });

export const listDeliveries = endpoint({
  method: 'get',
  path: '/v1/deliveries',
  operationId: 'listDeliveries',
  tag: 'deliveries',
  summary: 'The deliveries, the latest first, with what became of each',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'counts rows and shows none' },
  params: nothing,
  query: z.strictObject({ status: deliveryStatus.optional(), cursor: cursor.optional(), limit: wholeNumber(1, 200).default(50) }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'A page of deliveries', schema: deliveryList } },
  async handler({ trx, query }) {
    const found = await list(trx, {
      ...(query.status === undefined ? {} : { status: query.status }),
      ...(query.cursor === undefined ? {} : { before: positionOf(position, query.cursor).id }),
      limit: query.limit + 1,
    });
    const deliveries = found.slice(0, query.limit);
    const last = deliveries.at(-1);
    return { status: 200, body: { deliveries, next: found.length > query.limit && last ? cursorOf({ id: last.deliveryId }) : null } };
  },
});
