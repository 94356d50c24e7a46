import { z } from 'zod';
import { readDelivery } from '../../../store/attendance-delivery.ts';
import { fileState } from '../../../store/intake/deliveries.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { fileName, fileReceived } from '../../contracts/delivery.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

export const getFile = endpoint({
  method: 'get',
  path: '/v1/deliveries/:id/files/:name',
  operationId: 'getFile',
  tag: 'deliveries',
  summary: 'How much of a file has come, so that an upload that broke off can be taken up again',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'says how many bytes of a file have come, and shows none of them' },
  params: z.strictObject({ id: uuid, name: fileName }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'What is kept of the file; nothing, if no byte of it has come', schema: fileReceived } },
  async handler({ trx, params }) {
    if ((await readDelivery(trx, params.id)) === null) throw new Problem('not-found', 'There is no such delivery.');
    const { bytes, sha256 } = await fileState(trx, params.id, params.name);
    return { status: 200, body: { deliveryId: params.id, name: params.name, bytes, complete: sha256 !== null, sha256 } };
  },
});
