import { readMappings } from '../../../store/import-mappings.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { mappingList } from '../../contracts/mappings.ts';
import { endpoint } from '../../endpoint.ts';

export const listMappings = endpoint({
  method: 'get',
  path: '/v1/mappings',
  operationId: 'listMappings',
  tag: 'deliveries',
  summary: 'What the district has said about files of its own making: which column holds what',
  permission: 'see_codes',
  place: 'none',
  audit: { none: 'names of columns; no student is named' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The mappings in force', schema: mappingList } },
  handler: async ({ trx }) => ({ status: 200, body: { mappings: await readMappings(trx) } }),
});
