import { z } from 'zod';
import { changeCalendar as contract } from '../../contracts/calendar.ts';
import { commandHeaders, nothing, schoolId } from '../../contracts/common.ts';
import { deliveryOpened } from '../../contracts/delivery.ts';
import { deliverByHand } from '../../deliver-by-hand.ts';
import { endpoint } from '../../endpoint.ts';

export const changeCalendar = endpoint({
  method: 'post',
  path: '/v1/schools/:id/calendar',
  operationId: 'changeCalendar',
  tag: 'schools',
  summary: 'Changes days of a school’s calendar; every due day, window and denominator that rests on it follows, and the cases say so',
  permission: 'change_calendar',
  place: 'school',
  audit: { none: 'about the school; no student is named' },
  params: z.strictObject({ id: schoolId }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 202: { description: 'Being taken in; read what came of it at the address in `location`', schema: deliveryOpened } },
  async handler({ trx, params, body, headers, person, services }) {
    const dates = body.days.map(({ date }) => date).sort();
    return deliverByHand(
      trx,
      services,
      { person, key: headers['idempotency-key'], asked: { params, body } },
      {
        kind: 'calendar',
        columns: ['school', 'track', 'date', 'event', 'instructional'],
        rows: body.days.map(({ date, event, instructional }) => [params.id, body.track ?? '', date, event, String(instructional)]),
        coverage: { schools: [params.id], from: dates[0]!, to: dates.at(-1)!, complete: false },
        note: body.note,
      },
    );
  },
});
