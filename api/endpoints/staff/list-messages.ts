import { z } from 'zod';
import { readMailService, readStaffMessages } from '../../../store/read/staff-messages.ts';
import { cursor, nothing, readHeaders, schoolId, uuid, wholeNumber } from '../../contracts/common.ts';
import { messageState, staffMessages } from '../../contracts/message.ts';
import { cursorOf, positionOf } from '../../cursors.ts';
import { endpoint } from '../../endpoint.ts';
import { viewStaffMessage } from '../../views/staff-messages.ts';

const position = z.strictObject({ id: uuid });

export const listMessages = endpoint({
  method: 'get',
  path: '/v1/messages',
  operationId: 'listMessages',
  tag: 'staff',
  summary: 'What people at your schools were told by mail, the latest first: sent, on its way, refused, and what could not be sent and why',
  permission: 'see_staff',
  place: 'none',
  audit: { none: 'about staff; a message names no student' },
  params: nothing,
  query: z.strictObject({
    school: schoolId.optional(),
    state: messageState.optional(),
    cursor: cursor.optional(),
    limit: wholeNumber(1, 200).default(50),
  }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'A page of messages', schema: staffMessages } },
  async handler({ trx, person, query }) {
    const mail = await readMailService(trx);
    const found = await readStaffMessages(trx, {
      schools: query.school === undefined ? person.schools : [query.school].filter((id) => person.schools?.includes(id) ?? true),
      ...(query.state === undefined ? {} : { state: query.state }),
      ...(query.cursor === undefined ? {} : { before: positionOf(position, query.cursor).id }),
      limit: query.limit + 1,
    });
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const next = found.length > query.limit && last ? cursorOf({ id: last.messageId }) : null;
    return { status: 200, body: { mail, messages: page.map((row) => viewStaffMessage(row, mail)), next } };
  },
});
