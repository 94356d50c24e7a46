import { letterVersion, versionParams } from '../../contracts/letter-texts.ts';
import { nothing } from '../../contracts/common.ts';
import { approvalHeaders } from '../../contracts/policy.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { approveText } from '../../letter-texts.ts';

export const approveLetterText = endpoint({
  method: 'post',
  path: '/v1/letter-texts/:letter/versions/:version/approve',
  operationId: 'approveLetterText',
  tag: 'documents',
  summary: 'Approves a version of a letter’s text as you have read it; with the second approval letters are issued in it from its day on',
  description:
    'Two people approve it, neither of whom proposed it. An approval of something that has changed since it was read is refused.',
  permission: 'approve_letter_text',
  place: 'district',
  audit: { none: 'a text is about no student' },
  params: versionParams,
  query: nothing,
  body: nothing,
  headers: approvalHeaders,
  responses: { 200: { description: 'Approved', schema: letterVersion } },
  handler: ({ trx, person, headers, params }) => {
    const seen = headers['if-match'];
    const asked = { ...params, seen };
    return onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'approve_letter_text', asked }, async () => ({
      status: 200,
      body: await approveText(trx, person, params.letter, params.version, seen),
    }));
  },
});
