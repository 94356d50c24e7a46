import { letterRegister } from '../../contracts/letter-texts.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { viewRegister } from '../../letter-texts.ts';

export const listLetterTexts = endpoint({
  method: 'get',
  path: '/v1/letter-texts',
  operationId: 'listLetterTexts',
  tag: 'documents',
  summary: 'The register of letters: each with the version of its text in use, its languages, and all versions',
  permission: 'see_letter_texts',
  place: 'none',
  audit: { none: 'texts that are for everybody; no student is named' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The letters', schema: letterRegister } },
  handler: async ({ trx }) => ({ status: 200, body: await viewRegister(trx) }),
});
