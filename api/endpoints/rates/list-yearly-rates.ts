import { z } from 'zod';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { schoolYear, yearlyRates } from '../../contracts/yearly-rates.ts';
import { endpoint } from '../../endpoint.ts';
import { shownRates } from '../../review-team.ts';

export const listYearlyRates = endpoint({
  method: 'get',
  path: '/v1/rates/years/:year',
  operationId: 'listYearlyRates',
  tag: 'attendance',
  summary: 'The rates of chronic absence of a whole school year, of the district and its schools: counted, and said by people',
  permission: 'see_schools',
  place: 'none',
  audit: { none: 'counts of whole schools; no student is named' },
  params: z.strictObject({ year: schoolYear }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The rates', schema: yearlyRates } },
  async handler({ trx, params }) {
    return { status: 200, body: { schoolYear: params.year, rates: await shownRates(trx, params.year) } };
  },
});
