import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { askParting } from '../../../store/intake/merges.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { mergeGiven, mergeStudents as contract } from '../../contracts/student.ts';
import { endpoint } from '../../endpoint.ts';
import { actorAt } from '../../give-command.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';
import { settleMergesAfter } from '../../settle-merges-after.ts';

export const unmergeStudents = endpoint({
  method: 'post',
  path: '/v1/students/:id/unmerge',
  operationId: 'unmergeStudents',
  tag: 'students',
  summary: 'Takes a merge back: both records count for themselves again, with what was delivered meanwhile',
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
    const request = { person, key: headers['idempotency-key'], kind: 'unmerge_students', asked: { ...asked, reason: body.reason } };
    const answer = await onceInTransaction(trx, request, async () => {
      const { day } = await districtTime(trx);
      const mergeId = await askParting(trx, { ...asked, reason: body.reason, by: actorAt(person, subject.school), day });
      if (mergeId === null)
        throw new Problem('cannot-merge', 'The other record is not merged into this student; look at the student’s page.');
      return { status: 202, body: { mergeId, ...asked, status: 'parting' } };
    });
    return settleMergesAfter(services, answer);
  },
});
