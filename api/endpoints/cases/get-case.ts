import { z } from 'zod';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { casePage } from '../../contracts/case.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';
import { viewCase } from '../../views/case.ts';

export const getCase = endpoint({
  method: 'get',
  path: '/v1/cases/:id',
  operationId: 'getCase',
  tag: 'cases',
  summary: 'One case: standing on both clocks with the rows that sum to it, steps and tasks, requirements, and what may be done now',
  description: 'The ETag is the sequence number of the case; send it as `If-Match` with a judgement.',
  permission: 'read_case',
  place: 'case',
  audit: { discloses: 'case' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The case', schema: casePage } },
  async handler({ trx, person, subject }) {
    const view = await viewCase(trx, person, subject);
    if (view === null) {
      throw new Problem('not-found', 'The case of this student has not begun. Document an action on it, or open it by hand with a reason.');
    }
    return { status: 200, body: view, headers: { etag: `"${view.seq}"` }, subjects: [subject] };
  },
});
