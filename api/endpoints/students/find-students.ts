import { z } from 'zod';
import { findStudents as find } from '../../../store/read/students.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { readHeaders, wholeNumber } from '../../contracts/common.ts';
import { contact, student } from '../../contracts/case.ts';
import { staleFeeds as staleFeedsContract } from '../../contracts/feeds.ts';
import { reachOf } from '../../access.ts';
import { endpoint } from '../../endpoint.ts';
import { viewContacts } from '../../views/contacts.ts';

const query = z
  .strictObject({
    q: z.string().trim().min(2).max(100).optional().meta({ description: 'Beginnings of names, in any order' }),
    phone: z
      .string()
      .refine((written) => written.replaceAll(/\D/g, '').length >= 4, 'at least the last four digits')
      .optional()
      .meta({ description: "A caller's number, however it is written; its last digits are enough" }),
    id: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ description: 'A number of the student: of the schools, the state (SSID) or the source system' }),
    limit: wholeNumber(1, 100).default(20),
  })
  .refine(({ q, phone, id }) => q !== undefined || phone !== undefined || id !== undefined, {
    error: 'give a name (q), a phone number or an id',
  });

export const findStudents = endpoint({
  method: 'get',
  path: '/v1/students',
  operationId: 'findStudents',
  tag: 'students',
  summary: "Finds students by name, number or a caller's phone, among those you can see",
  permission: 'find_students',
  place: 'none',
  audit: { discloses: 'student' },
  params: z.strictObject({}),
  query,
  body: 'none',
  headers: readHeaders,
  responses: {
    200: {
      description: 'Students by name, each with their contacts',
      schema: z
        .strictObject({ students: z.array(student.extend({ contacts: z.array(contact) })), feeds: staleFeedsContract })
        .meta({ id: 'Students' }),
    },
  },
  async handler({ trx, query: asked, person }) {
    const students = await find(trx, reachOf(person), asked);
    const contacts = await viewContacts(
      trx,
      students.map(({ studentId }) => studentId),
    );
    return {
      status: 200,
      body: {
        students: students.map((one) => ({ ...one, contacts: contacts.get(one.studentId) ?? [] })),
        feeds: await staleFeeds(
          trx,
          students.map(({ school }) => school),
        ),
      },
      subjects: students,
    };
  },
});
