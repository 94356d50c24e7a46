import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { readOverdueTasks } from '../../../store/read/overdue-tasks.ts';
import { readMailService } from '../../../store/read/staff-messages.ts';
import { code, cursor, day, readHeaders, schoolId, uuid, wholeNumber } from '../../contracts/common.ts';
import { overdueTasks } from '../../contracts/overdue.ts';
import { cursorOf, positionOf } from '../../cursors.ts';
import { endpoint } from '../../endpoint.ts';

const position = z.strictObject({ dueOn: day, caseId: uuid, task: code, round: z.number().int() });

export const listOverdueTasks = endpoint({
  method: 'get',
  path: '/v1/schools/:id/overdue-tasks',
  operationId: 'listOverdueTasks',
  tag: 'schools',
  summary: 'The tasks of a school that are overdue: since when, whom each falls to, and who was reminded of it',
  permission: 'see_staff',
  place: 'school',
  audit: { none: 'about the work of staff; cases stand by their ids and no student is named' },
  params: z.strictObject({ id: schoolId }),
  query: z.strictObject({ cursor: cursor.optional(), limit: wholeNumber(1, 200).default(50) }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'A page of overdue tasks', schema: overdueTasks } },
  async handler({ trx, params, query }) {
    const { day: today } = await districtTime(trx);
    const found = await readOverdueTasks(trx, {
      school: params.id,
      today,
      ...(query.cursor === undefined ? {} : { after: positionOf(position, query.cursor) }),
      limit: query.limit + 1,
    });
    const tasks = found.slice(0, query.limit);
    const last = tasks.at(-1);
    const next =
      found.length > query.limit && last
        ? cursorOf({ dueOn: last.dueOn, caseId: last.caseId, task: last.task, round: last.round } satisfies z.input<typeof position>)
        : null;
    return {
      status: 200,
      body: {
        school: params.id,
        day: today,
        tasks,
        mail: await readMailService(trx),
        next,
      },
    };
  },
});
