import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { readAbsenceList } from '../../../store/read/absence-list.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { day, readHeaders, schoolId } from '../../contracts/common.ts';
import { contact } from '../../contracts/case.ts';
import { absenceList } from '../../contracts/school.ts';
import { endpoint } from '../../endpoint.ts';
import { viewContacts } from '../../views/contacts.ts';
import { callDueInForce } from '../../school-tasks.ts';

export const getAbsenceList = endpoint({
  method: 'get',
  path: '/v1/schools/:id/absence-list',
  operationId: 'getAbsenceList',
  tag: 'schools',
  summary: 'The daily absence list: each new spell of absence with its call, reason, expected return and window; overdue calls first',
  permission: 'see_absence_list',
  place: 'school',
  audit: { discloses: 'absence_list' },
  params: z.strictObject({ id: schoolId }),
  query: z.strictObject({ day: day.optional() }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The list', schema: absenceList } },
  async handler({ trx, params, query }) {
    const onDay = query.day ?? (await districtTime(trx)).day;
    const lines = await readAbsenceList(trx, params.id, onDay, await callDueInForce(trx));
    const contacts = await viewContacts(
      trx,
      lines.map(({ studentId }) => studentId),
    );
    return {
      status: 200,
      body: {
        school: params.id,
        day: onDay,
        newSpells: lines.filter(({ firstDay }) => firstDay === onDay).length,
        feeds: await staleFeeds(trx, [params.id]),
        overdueCalls: lines.filter(({ overdue }) => overdue).length,
        spells: lines.map((line) => ({ ...line, contacts: (contacts.get(line.studentId) ?? []).map(toCall) })),
      },
      subjects: lines.map(({ caseId }) => ({ caseId, school: params.id })),
    };
  },
});

function toCall({
  contactId,
  firstName,
  lastName,
  relationship,
  primary,
  phone,
  language,
  legalRole,
  mayBeContacted,
}: z.input<typeof contact>): object {
  return { contactId, firstName, lastName, relationship, primary, phone, language, legalRole, mayBeContacted };
}
