import { z } from 'zod';
import { listSchools as readSchools } from '../../../store/read/schools.ts';
import { readSchoolStarts } from '../../../store/read/school-start.ts';
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
  async handler({ trx, person }) {
    const starts = await readSchoolStarts(trx, person.schools);
    const schools = await readSchools(trx, person.schools);
    return { status: 200, body: { schools: schools.map((one) => ({ ...one, start: starts.get(one.schoolId)?.state ?? null })) } };
  },
});
