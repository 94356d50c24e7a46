import { z } from 'zod';
import { readSchoolCalendar, tracksOf } from '../../../store/read/school-calendar.ts';
import { calendarQuery, schoolCalendar } from '../../contracts/calendar.ts';
import { readHeaders, schoolId } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';

export const getCalendar = endpoint({
  method: 'get',
  path: '/v1/schools/:id/calendar',
  operationId: 'getCalendar',
  tag: 'schools',
  summary: 'A school’s calendar, day by day, or that of one of its tracks: which days are school days, and their running number',
  permission: 'see_schools',
  place: 'school',
  audit: { none: 'about the school; no student is named' },
  params: z.strictObject({ id: schoolId }),
  query: calendarQuery,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The calendar', schema: schoolCalendar } },
  async handler({ trx, params, query }) {
    const { from, to, track = '' } = query;
    const days = await readSchoolCalendar(trx, { schoolId: params.id, track, from, to });
    return { status: 200, body: { school: params.id, track, tracks: await tracksOf(trx, params.id), days } };
  },
});
