import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { askMerge } from '../../../store/intake/merges.ts';
import { findSubject } from '../../../store/read/subjects.ts';
import { reachOf } from '../../access.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { mergeGiven, mergeStudents as contract } from '../../contracts/student.ts';
import { endpoint } from '../../endpoint.ts';
import { actorAt } from '../../give-command.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';
import { settleMergesAfter } from '../../settle-merges-after.ts';

export const mergeStudents = endpoint({
  method: 'post',
  path: '/v1/students/:id/merge',
  operationId: 'mergeStudents',
  tag: 'students',
  summary: 'Says that another record is of the same student: it counts as this one from now on',
  description:
    'Nothing is moved for good: each record keeps what was said under its own numbers, and both cases keep their whole record. It can be taken back.',
  permission: 'merge_students',
  place: 'student',
  audit: { none: 'shows ids alone; both cases record it' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 202: { description: 'Written down; brought about at once by the worker', schema: mergeGiven } },
  async handler({ trx, params, body, headers, person, subject, services }) {
    const asked = { survivor: params.id, absorbed: body.other };
    const request = { person, key: headers['idempotency-key'], kind: 'merge_students', asked: { ...asked, reason: body.reason } };
    const answer = await onceInTransaction(trx, request, async () => {
      if ((await findSubject(trx, reachOf(person), { studentId: body.other })) === null) {
        throw new Problem('not-found', 'There is no such other student among those you can see.');
      }
      const { day } = await districtTime(trx);
      const written = await askMerge(trx, { ...asked, reason: body.reason, by: actorAt(person, subject.school), day });
      if ('problem' in written) throw new Problem('cannot-merge', written.problem);
      return { status: 202, body: { mergeId: written.mergeId, ...asked, status: 'merging' } };
    });
    return settleMergesAfter(services, answer);
  },
});
