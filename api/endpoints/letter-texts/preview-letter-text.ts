import { previewLanguage, versionParams } from '../../contracts/letter-texts.ts';
import { readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { previewText } from '../../letter-texts.ts';

export const previewLetterText = endpoint({
  method: 'get',
  path: '/v1/letter-texts/:letter/versions/:version/preview',
  operationId: 'previewLetterText',
  tag: 'documents',
  summary: 'A version of a letter’s text in print, for a made-up student',
  permission: 'see_letter_texts',
  place: 'none',
  audit: { none: 'the student in it is made up; nothing is disclosed' },
  params: versionParams,
  query: previewLanguage,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The letter', type: 'application/pdf' } },
  async handler({ trx, person, params: { letter, version }, query: { language } }) {
    const data = await previewText(trx, person, letter, version, language);
    return { status: 200, bytes: { type: 'application/pdf', data, name: `${letter}-${version}-${language}.pdf` } };
  },
});
