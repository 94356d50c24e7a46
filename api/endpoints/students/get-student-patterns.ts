import { z } from 'zod';
import { PATTERNS, patternsOf } from '../../../cases/patterns.ts';
import { districtTime } from '../../../store/clock.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { readAttendanceYears } from '../../../store/read/patterns.ts';
import { day, readHeaders, uuid } from '../../contracts/common.ts';
import { staleFeeds as staleFeedsContract } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';

const pattern = z
  .strictObject({
    pattern: z.enum(PATTERNS),
    sentence: z.string(),
    nextContact: day.nullable().meta({
      description: 'The school day on which a contact is most likely to help; null when the calendar ends before it, or none is needed',
    }),
  })
  .meta({ id: 'Pattern' });

export const getStudentPatterns = endpoint({
  method: 'get',
  path: '/v1/students/:id/patterns',
  operationId: 'getStudentPatterns',
  tag: 'attendance',
  summary: 'The patterns in a student’s absences, each in a sentence, with the next best day for a contact',
  description: 'First months, runs, the same weekday, after long weekends and breaks, and the trend. They open and escalate nothing.',
  permission: 'see_attendance',
  place: 'student',
  audit: { discloses: 'attendance' },
  params: z.strictObject({ id: uuid }),
  query: z.strictObject({}),
  body: 'none',
  headers: readHeaders,
  responses: {
    200: {
      description: 'The patterns of the school year so far, up to the latest submitted day',
      schema: z
        .strictObject({ student: uuid, asOf: day.nullable(), patterns: z.array(pattern), feeds: staleFeedsContract })
        .meta({ id: 'StudentPatterns' }),
    },
  },
  async handler({ trx, params, subject }) {
    const { day: today } = await districtTime(trx);
    const year = (await readAttendanceYears(trx, [params.id], today)).get(params.id);
    const feeds = await staleFeeds(trx, [subject.school]);
    const body = { student: params.id, asOf: year?.until ?? null, patterns: year === undefined ? [] : patternsOf(year), feeds };
    return { status: 200, body, subjects: [subject] };
  },
});
