import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { readMailService } from '../../../store/read/staff-messages.ts';
import { readSubmissions } from '../../../store/read/submissions.ts';
import { day, readHeaders, schoolId } from '../../contracts/common.ts';
import { submissionDays } from '../../contracts/submission.ts';
import { endpoint } from '../../endpoint.ts';
import { submissionsInForce } from '../../school-tasks.ts';

export const getSubmissions = endpoint({
  method: 'get',
  path: '/v1/schools/:id/submissions',
  operationId: 'getSubmissions',
  tag: 'schools',
  summary: 'Which school days and sections have submitted attendance, which came late, which are missing, and who was reminded',
  permission: 'see_absence_list',
  place: 'school',
  audit: { none: 'about the school and its staff; no student is named' },
  params: z.strictObject({ id: schoolId }),
  query: z.strictObject({ from: day.optional(), to: day.optional() }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The days', schema: submissionDays } },
  async handler({ trx, params, query }) {
    const today = (await districtTime(trx)).day;
    const to = query.to ?? today;
    const { withinMinutes } = await submissionsInForce(trx);
    const days = await readSubmissions(trx, { schoolId: params.id, from: query.from ?? to, to, withinMinutes });
    const feeds = await staleFeeds(trx, [params.id]);
    return { status: 200, body: { school: params.id, withinMinutes, days, feeds, mail: await readMailService(trx) } };
  },
});
