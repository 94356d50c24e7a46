import { countOpenCases, readPolicyTerms } from '../../../store/read/policies.ts';
import { policyVersions } from '../../contracts/policy.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';

export const listPolicyVersions = endpoint({
  method: 'get',
  path: '/v1/policy/versions',
  operationId: 'listPolicyVersions',
  tag: 'policy',
  summary: 'Which version of the policy was in force on which days, and how many open cases are on each',
  permission: 'see_policy',
  place: 'none',
  audit: { none: 'a policy is about no student' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'Oldest first', schema: policyVersions } },
  async handler({ trx }) {
    const open = await countOpenCases(trx);
    const terms = await readPolicyTerms(trx);
    return { status: 200, body: { versions: terms.map((term) => ({ ...term, openCases: open.get(`${term.id} ${term.version}`) ?? 0 })) } };
  },
});
