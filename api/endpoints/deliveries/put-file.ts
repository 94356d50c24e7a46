import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { readDelivery } from '../../../store/attendance-delivery.ts';
import type { Transaction } from '../../../store/database.ts';
import { inParts, keepPart, nextPart } from '../../../store/delivery-files.ts';
import { beginUpload, fileState, keepFile, type FileState } from '../../../store/intake/deliveries.ts';
import { readHeaders, uuid } from '../../contracts/common.ts';
import { fileKept, fileName, putFileQuery } from '../../contracts/delivery.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

/** The largest file that is taken, in bytes: several times a year of half a million students, and less than a disk. */
const LARGEST = 64 * 1024 ** 3;

type Within = <T>(work: (trx: Transaction) => Promise<T>) => Promise<T>;

export const putFile = endpoint({
  method: 'put',
  path: '/v1/deliveries/:id/files/:name',
  operationId: 'putFile',
  tag: 'deliveries',
  summary: 'Puts one file into an open delivery; the same file again changes nothing',
  description:
    'The body is the file as it is, of any size: CSV, JSON, XML, or an archive of them. An upload that broke off is taken up again with ' +
    '`offset`: the number of bytes that `GET` of the same address says are kept, and the rest of the file as the body.',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'takes data in and shows none' },
  params: z.strictObject({ id: uuid, name: fileName }),
  query: putFileQuery,
  body: 'stream',
  headers: readHeaders,
  responses: { 200: { description: 'Kept', schema: fileKept } },
  async handler({ trx, params, query, stream, within }) {
    const delivery = await readDelivery(trx, params.id);
    if (delivery === null) throw new Problem('not-found', 'There is no such delivery.');
    const state = await fileState(trx, params.id, params.name);
    if (query.offset !== undefined && state.sha256 === null && query.offset !== state.bytes) {
      throw new Problem('upload-offset', `Of ${params.name} ${state.bytes} bytes are kept. Go on from there: offset=${state.bytes}.`, {
        bytes: state.bytes,
      });
    }
    return {
      async afterCommit() {
        // Read outside any transaction: a slow upload must not hold a connection.
        const { kept, bytes, sha256 } = await receive({ within, stream, params, state, offset: query.offset ?? 0 });
        if (kept === 'closed') {
          throw new Problem(
            'delivery-closed',
            `This delivery takes no more files. Open a new one for ${params.name}.`,
            {},
            { connection: 'close' },
          );
        }
        if (kept === 'differs') {
          throw new Problem(
            'file-differs',
            `${params.name} has already come into this delivery with other content. Open a new delivery, or use another name.`,
          );
        }
        return { status: 200, body: { deliveryId: params.id, name: params.name, bytes, sha256 } };
      },
    };
  },
});

interface Receiving {
  within: Within;
  stream: Readable;
  params: { id: string; name: string };
  state: FileState;
  offset: number;
}

/** Takes the stream in, a part at a time. A file that is there already is only compared. */
async function receive(input: Receiving): Promise<{ kept: 'kept' | 'differs' | 'closed'; bytes: number; sha256: string }> {
  const { within, params, state, offset } = input;
  const hash = createHash('sha256');
  const closed = { kept: 'closed', bytes: 0, sha256: '' } as const;
  const known = state.sha256 !== null;
  const uploadId = known ? null : offset > 0 ? state.uploadId : await within((trx) => beginUpload(trx, params.id, params.name));
  if (!known && uploadId === null) return closed;
  let part = known || uploadId === null ? 0 : await hashKept(within, hash, uploadId);
  let bytes = known ? 0 : offset;
  try {
    // Destroyed, the stream would take the connection with it, and nobody would read the answer.
    const pieces = input.stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const piece of inParts(pieces)) {
      if (bytes + piece.length > LARGEST) throw tooLarge();
      hash.update(piece);
      if (uploadId !== null && !(await within((trx) => keepPart(trx, uploadId, { part, startsAt: bytes, bytes: piece })))) return closed;
      part += 1;
      bytes += piece.length;
    }
  } catch (error) {
    if (input.stream.errored === null) throw error;
    throw new Problem(
      'bad-request',
      `The upload of ${params.name} broke off after ${bytes} bytes; they are kept. Go on with offset=${bytes}.`,
    );
  }
  const sha256 = hash.digest('hex');
  if (uploadId === null) return { kept: sha256 === state.sha256 ? 'kept' : 'differs', bytes, sha256 };
  const kept = await within((trx) => keepFile(trx, { deliveryId: params.id, name: params.name, sha256, size: bytes, uploadId }));
  return { kept, bytes, sha256 };
}

/** Hashes what an upload has kept. @returns the number of its next part */
async function hashKept(within: Within, hash: Hash, uploadId: string): Promise<number> {
  let next = 0;
  for (;;) {
    const found = await within((trx) => nextPart(trx, uploadId, next - 1));
    if (!found) return next;
    hash.update(found.bytes);
    next = found.part + 1;
  }
}

function tooLarge(): Problem {
  return new Problem(
    'too-large',
    `A file may have ${LARGEST / 1024 ** 3} GB at most. Split it by school or by month.`,
    {},
    { connection: 'close' },
  );
}
