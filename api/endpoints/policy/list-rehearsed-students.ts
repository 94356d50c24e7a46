import { z } from 'zod';
import { rehearsedStudents, rehearsedStudentsQuery } from '../../contracts/rehearsal.ts';
import { readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { rehearsalOf } from '../../policy-rehearsal.ts';
import { readRehearsedStudents } from '../../../store/read/rehearsals.ts';
import { reachOf } from '../../access.ts';
import { cursorOf, positionOf } from '../../cursors.ts';

export const listRehearsedStudents = endpoint({
  method: 'get',
  path: '/v1/policy/rehearsals/:rehearsal/students',
  operationId: 'listRehearsedStudents',
  tag: 'policy',
  summary: 'Students at each step, as a rehearsal found them on the last day, among those you can see',
  description: 'For those who may find students by name. Nothing of it is so: it is where a case would have stood.',
  permission: 'find_students',
  place: 'none',
  audit: { discloses: 'rehearsed_students' },
  params: z.strictObject({ rehearsal: uuid }),
  query: rehearsedStudentsQuery,
  body: 'none',
  headers: readHeaders,
  responses: {
    200: { description: 'A page by id; `next` is the cursor of the page after it, null on the last', schema: rehearsedStudents },
  },
  async handler({ trx, params, query, person }) {
    const { rehearsalId } = await rehearsalOf(trx, params.rehearsal);
    const { cursor, limit, ...asked } = query;
    const after = cursor === undefined ? null : positionOf(uuid, cursor);
    const found = await readRehearsedStudents(trx, reachOf(person), { ...asked, rehearsalId, after, limit: limit + 1 });
    const students = found.slice(0, limit);
    const next = found.length > limit ? cursorOf(students.at(-1)?.studentId) : null;
    return { status: 200, body: { students, next }, subjects: students };
  },
});
