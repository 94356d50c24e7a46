import { z } from 'zod';
import { ladderPicture } from '../../../documents/index.ts';
import { districtTime } from '../../../store/clock.ts';
import { readCaseLadder } from '../../../store/read/case-record.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';
import { readCaseNow } from '../../views/case-state.ts';
import { ladderPosition } from '../../views/ladder-position.ts';

export const getCasePicture = endpoint({
  method: 'get',
  path: '/v1/cases/:id/picture',
  operationId: 'getCasePicture',
  tag: 'cases',
  summary: 'The ladder of a case as a picture: what is done, open and overdue, and where the case stands; it names nobody',
  permission: 'read_case',
  place: 'case',
  audit: { discloses: 'case' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The picture', type: 'image/svg+xml' } },
  async handler({ trx, subject }) {
    if (!subject.open) throw new Problem('not-found', 'The case of this student has not begun, so it stands nowhere on the ladder yet.');
    const { caseId } = subject;
    const { day } = await districtTime(trx);
    const [{ state }, ladder] = [await readCaseNow(trx, caseId), await readCaseLadder(trx, caseId)];
    if (ladder === null) throw new Problem('not-found', 'The policy of this case is not in the database.');
    const svg = ladderPicture(ladder, ladderPosition(state, ladder, day));
    return { status: 200, bytes: { type: 'image/svg+xml', data: Buffer.from(svg), name: `case-${caseId}.svg` }, subjects: [subject] };
  },
});
