import { z } from 'zod';
import { letterName, letterVersion, proposeLetterText as contract } from '../../contracts/letter-texts.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { proposeText } from '../../letter-texts.ts';

export const proposeLetterText = endpoint({
  method: 'post',
  path: '/v1/letter-texts/:letter/versions',
  operationId: 'proposeLetterText',
  tag: 'documents',
  summary:
    'Proposes the next version of a letter’s text, in all its languages: it is checked, printed once for a made-up student, and kept',
  description:
    'A text with an unknown merge field, without a statement that the law prescribes, or that threatens is refused as `text-invalid`, with the place of every fault.',
  permission: 'propose_letter_text',
  place: 'district',
  audit: { none: 'a text is about no student' },
  params: z.strictObject({ letter: letterName }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Proposed; two other people have to approve it', schema: letterVersion } },
  handler: ({ trx, person, headers, params, body }) =>
    onceInTransaction(
      trx,
      { person, key: headers['idempotency-key'], kind: 'propose_letter_text', asked: { ...params, body } },
      async () => ({
        status: 201,
        body: await proposeText(trx, person, params.letter, body),
      }),
    ),
});
