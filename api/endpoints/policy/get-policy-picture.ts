import { ladderPicture } from '../../../documents/index.ts';
import { readLadderInForce } from '../../../store/read/case-record.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

export const getPolicyPicture = endpoint({
  method: 'get',
  path: '/v1/policy/picture',
  operationId: 'getPolicyPicture',
  tag: 'policy',
  summary:
    'The policy in force as a picture: its steps with owners and due times, the clocks that open them, and the gate before a referral',
  permission: 'see_clock',
  place: 'none',
  audit: { none: 'a policy is about no student' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The picture', type: 'image/svg+xml' } },
  async handler({ trx }) {
    const ladder = await readLadderInForce(trx);
    if (ladder === null) throw new Problem('not-found', 'No policy is in force in this district yet.');
    return { status: 200, bytes: { type: 'image/svg+xml', data: Buffer.from(ladderPicture(ladder)), name: 'policy.svg' } };
  },
});
