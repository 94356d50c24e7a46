import { z } from 'zod';
import { letterVersion, versionParams } from '../../contracts/letter-texts.ts';
import { commandHeaders, nothing, text } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { endText } from '../../letter-texts.ts';

export const rejectLetterText = endpoint({
  method: 'post',
  path: '/v1/letter-texts/:letter/versions/:version/reject',
  operationId: 'rejectLetterText',
  tag: 'documents',
  summary: 'Rejects a version of a letter’s text that is not in use yet, with a reason',
  permission: 'approve_letter_text',
  place: 'district',
  audit: { none: 'a text is about no student' },
  params: versionParams,
  query: nothing,
  body: z.strictObject({ reason: text }).meta({ id: 'RejectLetterText' }),
  headers: commandHeaders,
  responses: { 200: { description: 'It is rejected', schema: letterVersion } },
  handler: ({ trx, person, headers, params, body }) =>
    onceInTransaction(
      trx,
      { person, key: headers['idempotency-key'], kind: 'reject_letter_text', asked: { ...params, ...body } },
      async () => ({
        status: 200,
        body: await endText(trx, person, params.letter, params.version, { status: 'rejected', reason: body.reason }),
      }),
    ),
});
