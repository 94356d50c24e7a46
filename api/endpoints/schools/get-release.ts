import { z } from 'zod';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { nothing, readHeaders, schoolId } from '../../contracts/common.ts';
import { staleFeeds as staleFeedsContract } from '../../contracts/feeds.ts';
import { schoolRelease } from '../../contracts/school.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';
import { viewRelease } from '../../views/release.ts';

export const getRelease = endpoint({
  method: 'get',
  path: '/v1/schools/:id/release',
  operationId: 'getRelease',
  tag: 'schools',
  summary: 'How a school came to Rollbook; while it waits to be released, what its release would begin today',
  permission: 'see_schools',
  place: 'school',
  audit: { none: 'counts of a school; no student is named' },
  params: z.strictObject({ id: schoolId }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: {
    200: {
      description: 'The release',
      schema: z.strictObject({ ...schoolRelease.shape, feeds: staleFeedsContract }).meta({ id: 'SchoolReleasePage' }),
    },
  },
  async handler({ trx, params }) {
    const release = await viewRelease(trx, params.id);
    if (release === null)
      throw new Problem('not-found', `School ${params.id} has no calendar or no students yet, so there is nothing to release.`);
    return { status: 200, body: { ...release, feeds: await staleFeeds(trx, [params.id]) } };
  },
});
