import { readWaitingRetractions } from '../../../store/read/corrections.ts';
import { waitingRetractions } from '../../contracts/attendance.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';

export const listRetractions = endpoint({
  method: 'get',
  path: '/v1/retractions',
  operationId: 'listRetractions',
  tag: 'deliveries',
  summary: 'Deliveries that would take back too many days at once, and wait for somebody to decide',
  permission: 'settle_retractions',
  place: 'district',
  audit: { none: 'counts of days and students; nobody is named' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'What waits', schema: waitingRetractions } },
  async handler({ trx }) {
    return { status: 200, body: { retractions: await readWaitingRetractions(trx) } };
  },
});
