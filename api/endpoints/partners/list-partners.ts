import { readPartners } from '../../../store/read/partners.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { partners } from '../../contracts/partners.ts';
import { endpoint } from '../../endpoint.ts';

export const listPartners = endpoint({
  method: 'get',
  path: '/v1/partners',
  operationId: 'listPartners',
  tag: 'partners',
  summary: 'The organisations with which the district shares tasks, and the agreements under which they may be told of students',
  permission: 'see_partners',
  place: 'none',
  audit: { none: 'organisations and agreements; no student is named' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'Partners by name', schema: partners } },
  handler: async ({ trx }) => ({ status: 200, body: { partners: await readPartners(trx) } }),
});
