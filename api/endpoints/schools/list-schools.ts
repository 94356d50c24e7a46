import { z } from 'zod';
import { listSchools as readSchools } from '../../../store/read/schools.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { school } from '../../contracts/school.ts';
import { endpoint } from '../../endpoint.ts';

export const listSchools = endpoint({
  method: 'get',
  path: '/v1/schools',
  operationId: 'listSchools',
  tag: 'schools',
  summary: 'The schools at which your role holds',
  permission: 'see_schools',
  place: 'none',
  audit: { none: 'names of schools; nothing about students' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'Schools by name', schema: z.strictObject({ schools: z.array(school) }).meta({ id: 'Schools' }) } },
  handler: async ({ trx, person }) => ({ status: 200, body: { schools: await readSchools(trx, person.schools) } }),
});
