import { letterVersion, versionParams } from '../../contracts/letter-texts.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { viewVersion } from '../../letter-texts.ts';

export const getLetterText = endpoint({
  method: 'get',
  path: '/v1/letter-texts/:letter/versions/:version',
  operationId: 'getLetterText',
  tag: 'documents',
  summary:
    'One version of a letter’s text, its languages side by side: faults, warnings, reading grade, and what it changes in the one in use',
  description: 'The ETag names what is read; send it as `If-Match` with an approval.',
  permission: 'see_letter_texts',
  place: 'none',
  audit: { none: 'texts that are for everybody; no student is named' },
  params: versionParams,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The version', schema: letterVersion } },
  async handler({ trx, params }) {
    const { view, etag } = await viewVersion(trx, params.letter, params.version);
    return { status: 200, body: view, headers: { etag: `"${etag}"` } };
  },
});
