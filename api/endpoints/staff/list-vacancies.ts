import { districtTime } from '../../../store/clock.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { vacancyList } from '../../contracts/staff.ts';
import { endpoint } from '../../endpoint.ts';
import { viewVacancies } from '../../views/vacancies.ts';

export const listVacancies = endpoint({
  method: 'get',
  path: '/v1/vacancies',
  operationId: 'listVacancies',
  tag: 'staff',
  summary: 'What stands vacant at your schools: posts to be filled, duties whose designee is gone, tasks of a role that nobody holds',
  description: 'Found from who signs in at this moment: a vacancy is here with the removal of a person, and gone when it is filled.',
  permission: 'see_staff',
  place: 'none',
  audit: { none: 'about staff and numbers of tasks; no student is named' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'Vacancies by school', schema: vacancyList } },
  async handler({ trx, person }) {
    const { day } = await districtTime(trx);
    return { status: 200, body: { vacancies: await viewVacancies(trx, person.schools, day) } };
  },
});
