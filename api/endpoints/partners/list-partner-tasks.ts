import { z } from 'zod';
import { readPartnerTasks } from '../../../store/read/partners.ts';
import { readHeaders, nothing, wholeNumber } from '../../contracts/common.ts';
import { partnerTasks } from '../../contracts/partners.ts';
import { endpoint } from '../../endpoint.ts';
import { viewContacts } from '../../views/contacts.ts';

export const listPartnerTasks = endpoint({
  method: 'get',
  path: '/v1/partner-tasks',
  operationId: 'listPartnerTasks',
  tag: 'partners',
  summary: 'What your organisation has to do: its open tasks on the cases that were referred to it and of which it may be told, due first',
  description:
    'The student’s name, the task in its words, and, where the task is to reach the family, whom to reach. Nothing else of the student’s record is shown. Each look is in the disclosure log with what allows it.',
  permission: 'see_partner_tasks',
  place: 'none',
  audit: { discloses: 'partner tasks' },
  params: nothing,
  query: z.strictObject({ limit: wholeNumber(1, 500).default(200) }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'Your tasks', schema: partnerTasks } },
  async handler({ trx, person, query }) {
    const tasks = await readPartnerTasks(trx, person.partner ?? '', person.schools, query.limit);
    const reaching = tasks.filter(({ evidence }) => evidence.action === 'contact').map(({ studentId }) => studentId);
    const contacts = await viewContacts(trx, [...new Set(reaching)]);
    return {
      status: 200,
      body: {
        tasks: tasks.map(({ studentId, firstName, lastName, school: _school, schoolName, agreement, consent, evidence, ...task }) => ({
          ...task,
          evidence,
          student: { firstName, lastName },
          school: schoolName,
          release: agreement === null ? { by: 'consent', id: consent ?? '' } : { by: 'agreement', id: agreement },
          contacts: (evidence.action === 'contact' ? (contacts.get(studentId) ?? []) : [])
            .filter(({ mayBeContacted }) => mayBeContacted)
            .map((one) => ({
              contactId: one.contactId,
              firstName: one.firstName,
              lastName: one.lastName,
              relationship: one.relationship,
              phone: one.phone,
              language: one.language,
            })),
        })),
      },
      subjects: [...new Map(tasks.map((task) => [task.caseId, task])).values()].map(({ caseId, school, agreement, consent }) => ({
        caseId,
        school,
        basis: agreement === null ? `consent ${consent}` : `agreement ${agreement}`,
      })),
    };
  },
});
