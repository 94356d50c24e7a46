import { z } from 'zod';
import { rehearsedWeeks, rehearsedWeeksQuery } from '../../contracts/rehearsal.ts';
import { readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { rehearsalOf } from '../../policy-rehearsal.ts';
import { readRehearsedWeeks } from '../../../store/read/rehearsals.ts';

export const listRehearsedWeeks = endpoint({
  method: 'get',
  path: '/v1/policy/rehearsals/:rehearsal/weeks',
  operationId: 'listRehearsedWeeks',
  tag: 'policy',
  summary: 'The work that a rehearsal found, week by week, of one school or of all',
  permission: 'rehearse_policy',
  place: 'district',
  audit: { none: 'counts of work; no student is named' },
  params: z.strictObject({ rehearsal: uuid }),
  query: rehearsedWeeksQuery,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'Weeks in order; empty until the rehearsal is done', schema: rehearsedWeeks } },
  async handler({ trx, params, query: { which, school = null } }) {
    const { rehearsalId } = await rehearsalOf(trx, params.rehearsal);
    return { status: 200, body: { weeks: await readRehearsedWeeks(trx, rehearsalId, { which, school }) } };
  },
});
