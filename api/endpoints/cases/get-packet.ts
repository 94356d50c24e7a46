import { z } from 'zod';
import { explain, groundsOf, readiness } from '../../../cases/index.ts';
import { makePacket } from '../../../store/documents.ts';
import { printFrozen } from '../../print.ts';
import { districtTime } from '../../../store/clock.ts';
import { readCaseLadder } from '../../../store/read/case-record.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';
import { readCaseNow } from '../../views/case-state.ts';

export const getPacket = endpoint({
  method: 'get',
  path: '/v1/cases/:id/packet',
  operationId: 'getPacket',
  tag: 'documents',
  summary: 'The packet: the whole intervention record of a case in one PDF, every statement with the record it rests on',
  permission: 'read_packet',
  place: 'case',
  audit: { discloses: 'packet', leaves: true },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The packet', type: 'application/pdf' } },
  async handler({ trx, subject }) {
    if (!subject.open) throw new Problem('not-found', 'The case of this student has not begun, so there is nothing to print.');
    const { caseId } = subject;
    const { day } = await districtTime(trx);
    const [{ state }, ladder] = [await readCaseNow(trx, caseId), await readCaseLadder(trx, caseId)];
    if (ladder === null) throw new Problem('not-found', 'The policy of this case is not in the database.');
    const ready = groundsOf(ladder).map((ground) => readiness(state, ladder, ground, day));
    const { documentId, version, sourceSha256 } = await makePacket(trx, {
      caseId,
      readiness: ready,
      why: explain(state, ladder).map(({ text, clause }) => ({ text, clause })),
    });
    const { bytes, sha256 } = await printFrozen(trx, documentId);
    return {
      status: 200,
      bytes: { type: 'application/pdf', data: Buffer.from(bytes), name: `packet-${caseId}-v${version}.pdf` },
      headers: { etag: `"${sha256}"`, 'x-document-id': documentId, 'x-packet-version': String(version), 'x-source-sha256': sourceSha256 },
      subjects: [subject],
    };
  },
});
