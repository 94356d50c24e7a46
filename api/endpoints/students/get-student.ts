import { z } from 'zod';
import { siblingsOf } from '../../../store/households.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { recordsOf, readStudentRecord } from '../../../store/read/student-record.ts';
import { readStudent } from '../../../store/read/students.ts';
import { reachOf } from '../../access.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { studentPage } from '../../contracts/student.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';
import { viewContacts } from '../../views/contacts.ts';

export const getStudent = endpoint({
  method: 'get',
  path: '/v1/students/:id',
  operationId: 'getStudent',
  tag: 'students',
  summary: 'One student: numbers, enrollments, flags, groups, sections and teachers, contacts with their rights, and the household',
  description:
    'Siblings are listed by name and case id, as far as you can see them, with what links the two; what is known of one child stands in that child’s record alone.',
  permission: 'find_students',
  place: 'student',
  audit: { discloses: 'student' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The student', schema: studentPage } },
  async handler({ trx, params, person, subject }) {
    const student = await readStudent(trx, params.id);
    if (student === null) throw new Problem('not-found', 'There is no such student.');
    const records = await recordsOf(trx, params.id);
    const { schools } = reachOf(person);
    const household = await siblingsOf(trx, records);
    const seen = household.filter(({ school }) => schools === null || schools.includes(school));
    return {
      status: 200,
      body: {
        student,
        ...(await readStudentRecord(trx, params.id, records)),
        contacts: (await viewContacts(trx, [params.id])).get(params.id) ?? [],
        feeds: await staleFeeds(trx, [student.school]),
        household: { siblings: seen, elsewhere: household.length - seen.length },
      },
      subjects: [subject, ...seen],
    };
  },
});
