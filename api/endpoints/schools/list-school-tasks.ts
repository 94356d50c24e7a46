import { z } from 'zod';
import { spanOf } from '../../../policy/cadence.ts';
import { districtTime } from '../../../store/clock.ts';
import { readLatestSchoolRecords } from '../../../store/read/school-records.ts';
import { nothing, readHeaders, schoolId } from '../../contracts/common.ts';
import { schoolTasks } from '../../contracts/school.ts';
import { endpoint } from '../../endpoint.ts';
import { requiredHere, reviewTeamNow } from '../../review-team.ts';
import { schoolTasksInForce } from '../../school-tasks.ts';

export const listSchoolTasks = endpoint({
  method: 'get',
  path: '/v1/schools/:id/school-tasks',
  operationId: 'listSchoolTasks',
  tag: 'schools',
  summary: 'What the policy in force asks of a school itself, how often, when it was last done, and what is still to be done',
  permission: 'see_schools',
  place: 'school',
  audit: { none: 'about the school, not about a student' },
  params: z.strictObject({ id: schoolId }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The school tasks', schema: schoolTasks } },
  async handler({ trx, params }) {
    const { day } = await districtTime(trx);
    const last = new Map((await readLatestSchoolRecords(trx, params.id, day)).map(({ task, on }) => [task, on]));
    const reviewTeam = await reviewTeamNow(trx);
    const tasks = (await schoolTasksInForce(trx)).map(({ task, title, clause, owner, also = [], cadence, team }) => {
      const span = spanOf(cadence, day);
      const lastOn = last.get(task) ?? null;
      return {
        task,
        title,
        clause,
        owner,
        also,
        cadence,
        span,
        lastOn,
        done: lastOn !== null && lastOn >= span.from,
        required: team !== undefined && team === reviewTeam?.rule.team ? requiredHere(reviewTeam, params.id) : null,
      };
    });
    return { status: 200, body: { school: params.id, day, tasks } };
  },
});
