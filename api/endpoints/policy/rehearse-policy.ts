import { rehearsalAsked, rehearsePolicy as contract } from '../../contracts/rehearsal.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { askForRehearsal } from '../../policy-rehearsal.ts';

export const rehearsePolicy = endpoint({
  method: 'post',
  path: '/v1/policy/rehearsals',
  operationId: 'rehearsePolicy',
  tag: 'policy',
  summary: 'Rehearses a policy over a past span: what it would have asked of the district, before anyone is touched',
  description:
    'A past span of one school year is replayed day by day by the rules that judge cases, with people who do what a table says. No case is ' +
    'touched. It goes on without you; read how far it is, and what it found, at the address in `location`.',
  permission: 'rehearse_policy',
  place: 'district',
  audit: { none: 'starts work and shows nothing of any student' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 202: { description: 'Written down and on its way', schema: rehearsalAsked } },
  async handler({ trx, person, headers, body, services }) {
    const request = { person, key: headers['idempotency-key'], kind: 'rehearse_policy', asked: body };
    const answer = await onceInTransaction(trx, request, async () => ({
      status: 202,
      body: { rehearsalId: await askForRehearsal(trx, person, body), status: 'queued' },
    }));
    return {
      async afterCommit() {
        const { rehearsalId } = rehearsalAsked.parse(answer.body);
        await services.jobs.rehearsePolicy(rehearsalId);
        return { ...answer, headers: { location: `/v1/policy/rehearsals/${rehearsalId}` } };
      },
    };
  },
});
