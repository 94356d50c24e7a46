import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { commandHeaders, nothing, schoolId } from '../../contracts/common.ts';
import { deliveryOpened } from '../../contracts/delivery.ts';
import { declareTaken as contract } from '../../contracts/submission.ts';
import { deliverByHand } from '../../deliver-by-hand.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

export const declareTaken = endpoint({
  method: 'post',
  path: '/v1/schools/:id/submissions',
  operationId: 'declareTaken',
  tag: 'schools',
  summary: 'Says by hand that attendance of a school day or a section was taken',
  permission: 'declare_taken',
  place: 'school',
  audit: { none: 'about the school; no student is named' },
  params: z.strictObject({ id: schoolId }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 202: { description: 'Being taken in; read what came of it at the address in `location`', schema: deliveryOpened } },
  async handler({ trx, params, body, headers, person, services }) {
    const { at, day } = await districtTime(trx);
    if (body.date > day) {
      throw new Problem('invalid-request', `${body.date} lies in the future; the district's day is ${day}.`, {
        errors: [{ path: 'body.date', message: 'lies in the future' }],
      });
    }
    return deliverByHand(
      trx,
      services,
      { person, key: headers['idempotency-key'], asked: { params, body } },
      {
        kind: 'submission',
        columns: ['school', 'date', 'section', 'period', 'submitted_at'],
        rows: [[params.id, body.date, body.section ?? '', body.period ?? '', at]],
        coverage: { schools: [params.id], from: body.date, to: body.date, complete: false },
        note: body.note,
      },
    );
  },
});
