import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { recordSchoolTask as record } from '../../../store/intake/school-records.ts';
import { code, commandHeaders, nothing, schoolId } from '../../contracts/common.ts';
import { recordSchoolTask as contract, schoolRecorded } from '../../contracts/school.ts';
import { endpoint } from '../../endpoint.ts';
import { actorAt } from '../../give-command.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';
import { rolesOf, schoolTaskInForce } from '../../school-tasks.ts';

export const recordSchoolTask = endpoint({
  method: 'post',
  path: '/v1/schools/:id/school-tasks/:task/records',
  operationId: 'recordSchoolTask',
  tag: 'schools',
  summary: 'Documents a school task: done once for the school, cited on each case it reaches',
  permission: 'record_school_task',
  place: 'school',
  audit: { none: 'about the school; the cases it reaches are only counted' },
  params: z.strictObject({ id: schoolId, task: code }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Recorded', schema: schoolRecorded } },
  async handler({ trx, params, body, headers, person }) {
    const rule = await schoolTaskInForce(trx, params.task);
    if (rule === null) throw new Problem('not-found', `The policy in force has no school task ${params.task}.`);
    const actor = actorAt(person, params.id);
    if (!rolesOf(rule).includes(actor.role)) {
      throw new Problem('role-not-allowed', `“${rule.title}” is documented by ${rolesOf(rule).join(', ').replaceAll('_', ' ')}.`);
    }
    const { day } = await districtTime(trx);
    if (body.on > day) {
      throw new Problem('invalid-request', `${body.on} lies in the future; the district's day is ${day}.`, {
        errors: [{ path: 'body.on', message: 'lies in the future' }],
      });
    }
    const key = headers['idempotency-key'];
    return onceInTransaction(trx, { person, key, kind: 'record_school_task', asked: { params, body } }, async () => {
      const { recordId, cases } = await record(trx, {
        school: params.id,
        task: params.task,
        on: body.on,
        actor,
        text: body.note,
        caller: person.id,
        idempotencyKey: key,
      });
      return { status: 201, body: { recordId, school: params.id, task: params.task, on: body.on, cases } };
    });
  },
});
