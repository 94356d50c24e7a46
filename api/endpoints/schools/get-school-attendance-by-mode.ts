import { z } from 'zod';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { readRateByMode } from '../../../store/read/student-attendance.ts';
import { schoolByMode } from '../../contracts/attendance.ts';
import { day, readHeaders, schoolId } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';

export const getSchoolAttendanceByMode = endpoint({
  method: 'get',
  path: '/v1/schools/:id/attendance-by-mode',
  operationId: 'getSchoolAttendanceByMode',
  tag: 'attendance',
  summary: 'The rate of attendance of a school, in person and remote',
  permission: 'see_schools',
  place: 'school',
  audit: { none: 'counts of a whole school; no student is named' },
  params: z.strictObject({ id: schoolId }),
  query: z.strictObject({ from: day, to: day }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The rates', schema: schoolByMode } },
  async handler({ trx, params, query: { from, to } }) {
    const byMode = await readRateByMode(trx, { school: params.id }, from, to);
    return { status: 200, body: { school: params.id, from, to, byMode, feeds: await staleFeeds(trx, [params.id]) } };
  },
});
