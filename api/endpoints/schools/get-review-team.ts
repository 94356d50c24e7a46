import { teamRequiredAt } from '../../../policy/review-team.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { reviewTeam } from '../../contracts/yearly-rates.ts';
import { endpoint } from '../../endpoint.ts';
import { requiredSentence, reviewTeamNow } from '../../review-team.ts';
import { teamsInForce } from '../../school-tasks.ts';

export const getReviewTeam = endpoint({
  method: 'get',
  path: '/v1/review-team',
  operationId: 'getReviewTeam',
  tag: 'schools',
  summary: 'Whether the state requires a review team, for the district or at which schools: by last year’s rates, with the clause',
  permission: 'see_schools',
  place: 'none',
  audit: { none: 'about schools, not about a student' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'What is required', schema: reviewTeam } },
  async handler({ trx }) {
    const now = await reviewTeamNow(trx);
    if (now === null) return { status: 200, body: { required: null } };
    const { rule, schoolYear, required, rates } = now;
    const inForce = rates.filter((one) => one.inForce);
    const title = (await teamsInForce(trx)).find(({ team }) => team === rule.team)?.title ?? rule.team.replaceAll('_', ' ');
    return {
      status: 200,
      body: {
        required: {
          team: rule.team,
          title,
          schoolYear,
          place: required.known ? (required.place ?? ('none' as const)) : ('unknown' as const),
          sentence: requiredSentence(now),
          clause: required.clause,
          districtRate: rule.districtRate,
          schoolRate: rule.schoolRate,
          district: inForce.find(({ school }) => school === null) ?? null,
          schools: inForce.flatMap((one) => (one.school === null ? [] : [{ ...one, here: teamRequiredAt(required, one.school) }])),
        },
      },
    };
  },
});
