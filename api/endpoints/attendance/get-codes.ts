import { z } from 'zod';
import { readCodes, readUnmappedCodes } from '../../../store/attendance-codes.ts';
import { codeTable } from '../../contracts/attendance.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';

export const getCodes = endpoint({
  method: 'get',
  path: '/v1/codes',
  operationId: 'getCodes',
  tag: 'attendance',
  summary: 'What attendance codes mean in this district, and the codes that wait for somebody to say it',
  permission: 'see_codes',
  place: 'none',
  audit: { none: 'codes and counts; no student is named' },
  params: nothing,
  query: z.strictObject({ codeSet: z.string().min(1).max(64).optional() }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The table of codes', schema: codeTable } },
  async handler({ trx, query }) {
    const unmapped = await readUnmappedCodes(trx);
    return { status: 200, body: { unmapped, codes: await readCodes(trx, query.codeSet ?? null) } };
  },
});
