import { z } from 'zod';
import { readPolicyDrafts } from '../../../store/read/policy-drafts.ts';
import { policyDraftLine } from '../../contracts/policy.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { APPROVERS } from '../../approvals.ts';

export const listPolicyDrafts = endpoint({
  method: 'get',
  path: '/v1/policy/drafts',
  operationId: 'listPolicyDrafts',
  tag: 'policy',
  summary: 'The versions that were ever proposed, latest first, with who approved or ended each',
  permission: 'see_policy',
  place: 'none',
  audit: { none: 'a policy is about no student' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The drafts', schema: z.strictObject({ drafts: z.array(policyDraftLine) }) } },
  async handler({ trx }) {
    const drafts = await readPolicyDrafts(trx);
    return {
      status: 200,
      body: { drafts: drafts.map(({ document: _document, ladder: _ladder, ...line }) => ({ ...line, approvalsNeeded: APPROVERS })) },
    };
  },
});
