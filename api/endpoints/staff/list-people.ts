import { z } from 'zod';
import { readPeople } from '../../../store/read/designees.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { knownPerson } from '../../contracts/staff.ts';
import { endpoint } from '../../endpoint.ts';

export const listPeople = endpoint({
  method: 'get',
  path: '/v1/people',
  operationId: 'listPeople',
  tag: 'staff',
  summary: 'The people who work at your schools and in the district: their role, where it holds, and whether they are certificated',
  permission: 'see_staff',
  place: 'none',
  audit: { none: 'about staff; no student is named' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'People by name', schema: z.strictObject({ people: z.array(knownPerson) }).meta({ id: 'People' }) } },
  handler: async ({ trx, person }) => ({ status: 200, body: { people: await readPeople(trx, person.schools) } }),
});
