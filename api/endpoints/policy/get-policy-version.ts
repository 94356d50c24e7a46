import { z } from 'zod';
import { readPolicyVersion } from '../../../store/read/policies.ts';
import { policyName, policyText } from '../../contracts/policy.ts';
import { nothing, readHeaders, wholeNumber } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

export const getPolicyVersion = endpoint({
  method: 'get',
  path: '/v1/policy/versions/:policy/:version',
  operationId: 'getPolicyVersion',
  tag: 'policy',
  summary: 'The text of a version that was approved, as it was written',
  permission: 'see_policy',
  place: 'none',
  audit: { none: 'a policy is about no student' },
  params: z.strictObject({ policy: policyName, version: wholeNumber(1, 10_000) }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The document', schema: policyText } },
  async handler({ trx, params }) {
    const { policy, version } = params;
    const found = await readPolicyVersion(trx, { id: policy, version });
    if (found === null) throw new Problem('not-found', `There is no version ${version} of ${policy} that has been approved.`);
    return { status: 200, body: found };
  },
});
