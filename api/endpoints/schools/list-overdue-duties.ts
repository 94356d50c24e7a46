import { districtTime } from '../../../store/clock.ts';
import { readOverdue } from '../../../store/read/cadence.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { overdueDuties } from '../../contracts/school.ts';
import { endpoint } from '../../endpoint.ts';
import { dutiesUntil } from '../../school-tasks.ts';

export const listOverdueDuties = endpoint({
  method: 'get',
  path: '/v1/school-tasks/overdue',
  operationId: 'listOverdueDuties',
  tag: 'schools',
  summary: 'Meetings, reviews and other school tasks that were due by their cadence and have not taken place, over all your schools',
  description:
    'What has waited longest comes first. A span counts when the school taught in it, and Rollbook knew the school and the policy asked for it when it began.',
  permission: 'see_schools',
  place: 'none',
  audit: { none: 'about schools, not about a student' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'What is overdue', schema: overdueDuties } },
  async handler({ trx, person }) {
    const { day } = await districtTime(trx);
    const duties = new Map(
      (await dutiesUntil(trx, day)).map(({ recurring, ...said }) => [`${recurring.kind} ${recurring.key}`, { recurring, said }]),
    );
    const overdue = await readOverdue(
      trx,
      [...duties.values()].map(({ recurring }) => recurring),
      person.schools,
      day,
    );
    return { status: 200, body: { day, overdue: overdue.map((one) => ({ ...one, ...duties.get(`${one.kind} ${one.key}`)?.said })) } };
  },
});
