import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { readDesignees } from '../../../store/read/designees.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { designee } from '../../contracts/staff.ts';
import { viewDesignees } from '../../designees.ts';
import { endpoint } from '../../endpoint.ts';

export const listDesignees = endpoint({
  method: 'get',
  path: '/v1/designees',
  operationId: 'listDesignees',
  tag: 'staff',
  summary: 'Who is, was or will be designated at your schools and in the district, for which role, step or task',
  permission: 'see_staff',
  place: 'none',
  audit: { none: 'about staff; no student is named' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: {
    200: {
      description: 'Designees, those that ended last',
      schema: z.strictObject({ designees: z.array(designee) }).meta({ id: 'Designees' }),
    },
  },
  async handler({ trx, person }) {
    const { day } = await districtTime(trx);
    return { status: 200, body: { designees: await viewDesignees(trx, await readDesignees(trx, person.schools, day)) } };
  },
});
