import { z } from 'zod';
import { printFrozen } from '../../print.ts';
import { readLetter } from '../../../store/read/documents.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

export const getLetter = endpoint({
  method: 'get',
  path: '/v1/cases/:id/letters/:documentId',
  operationId: 'getLetter',
  tag: 'documents',
  summary: 'A letter as it was approved, printed from its frozen basis: the same bytes for ever',
  permission: 'read_letters',
  place: 'case',
  audit: { discloses: 'letter', leaves: true },
  params: z.strictObject({ id: uuid, documentId: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The letter', type: 'application/pdf' } },
  async handler({ trx, params, subject }) {
    const letter = await readLetter(trx, subject.caseId, params.documentId);
    if (letter === null) throw new Problem('not-found', 'This case has no such letter.');
    const { bytes, sha256 } = await printFrozen(trx, letter.documentId);
    return {
      status: 200,
      bytes: { type: 'application/pdf', data: Buffer.from(bytes), name: `${letter.ref.replaceAll(/[^A-Za-z0-9]+/g, '-')}.pdf` },
      headers: { etag: `"${sha256}"`, 'x-source-sha256': letter.sourceSha256 },
      subjects: [subject],
    };
  },
});
