import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { readDelivery } from '../../../store/attendance-delivery.ts';
import { keepFile } from '../../../store/intake/deliveries.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { fileKept, fileName } from '../../contracts/delivery.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

/** The largest file that is taken, in bytes: a year of daily rows of half a million students is about half of it. */
const LARGEST = 200 * 1024 * 1024;

export const putFile = endpoint({
  method: 'put',
  path: '/v1/deliveries/:id/files/:name',
  operationId: 'putFile',
  tag: 'deliveries',
  summary: 'Puts one file into an open delivery; the same file again changes nothing',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'takes data in and shows none' },
  params: z.strictObject({ id: uuid, name: fileName }),
  query: nothing,
  body: 'stream',
  headers: readHeaders,
  responses: { 200: { description: 'Kept', schema: fileKept } },
  async handler({ trx, params, stream, within }) {
    const delivery = await readDelivery(trx, params.id);
    if (delivery === null) throw new Problem('not-found', 'There is no such delivery.');
    return {
      async afterCommit() {
        // Read outside any transaction: a slow upload must not hold a connection.
        const bytes = await readAll(stream);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const kept = await within((later) => keepFile(later, { deliveryId: params.id, name: params.name, sha256, bytes }));
        if (kept === 'closed') {
          throw new Problem(
            'delivery-closed',
            `The delivery has been committed and takes no more files. Open a new one for ${params.name}.`,
          );
        }
        if (kept === 'differs') {
          throw new Problem(
            'file-differs',
            `${params.name} has already come into this delivery with other content. Open a new delivery, or use another name.`,
          );
        }
        return { status: 200, body: { deliveryId: params.id, name: params.name, bytes: bytes.length, sha256 } };
      },
    };
  },
});

async function readAll(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LARGEST) {
      throw new Problem(
        'too-large',
        `A file may have ${LARGEST / 1024 / 1024} MB at most. Split it by school or by month.`,
        {},
        { connection: 'close' },
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}
