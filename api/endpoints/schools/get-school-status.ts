import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { workOfPeople } from '../../../store/read/duties.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { readSchoolStatus } from '../../../store/read/schools.ts';
import { nothing, readHeaders, schoolId } from '../../contracts/common.ts';
import { schoolStatus } from '../../contracts/school.ts';
import { endpoint } from '../../endpoint.ts';
import { viewStart } from '../../views/release.ts';
import { viewVacancies } from '../../views/vacancies.ts';

export const getSchoolStatus = endpoint({
  method: 'get',
  path: '/v1/schools/:id/status',
  operationId: 'getSchoolStatus',
  tag: 'schools',
  summary:
    'How a school stands: students by band, open and overdue work by owner, reports due, attendance covered, and whether it waits to be released',
  permission: 'see_schools',
  place: 'school',
  audit: { none: 'counts of a school, and case ids without names' },
  params: z.strictObject({ id: schoolId }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The status', schema: schoolStatus } },
  async handler({ trx, params }) {
    const { day } = await districtTime(trx);
    const { coveredUpTo, uncovered, ...status } = await readSchoolStatus(trx, params.id, day);
    return {
      status: 200,
      body: {
        schoolId: params.id,
        day,
        ...status,
        attendanceCoveredUpTo: coveredUpTo,
        daysWithoutAttendance: uncovered,
        people: await workOfPeople(trx, params.id, day),
        vacancies: await viewVacancies(trx, [params.id], day),
        release: await viewStart(trx, params.id),
        feeds: await staleFeeds(trx, [params.id]),
      },
    };
  },
});
