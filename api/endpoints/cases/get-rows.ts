import { z } from 'zod';
import { schoolYearBegins } from '../../../cases/index.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { NUMBERS, readNumberRows, type NumberName } from '../../../store/read/number-rows.ts';
import { day, readHeaders, schoolId, uuid } from '../../contracts/common.ts';
import { staleFeeds as staleFeedsContract } from '../../contracts/feeds.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';
import { readCaseNow } from '../../views/case-state.ts';

const numberName = z.union([
  z.enum(NUMBERS),
  z.string().regex(/^report:[1-9]\d{0,3}$/, 'a number of the case page, as absences or report:2'),
]);

export const getRows = endpoint({
  method: 'get',
  path: '/v1/cases/:id/rows',
  operationId: 'getRows',
  tag: 'cases',
  summary: 'The rows that sum to one number of the case page, each with file and line',
  permission: 'read_case',
  place: 'case',
  audit: { discloses: 'case' },
  params: z.strictObject({ id: uuid }),
  query: z.strictObject({ number: numberName.meta({ description: 'Name of the number, as the page gives it' }) }),
  body: 'none',
  headers: readHeaders,
  responses: {
    200: {
      description: 'As many rows as the number says',
      schema: z
        .strictObject({
          caseId: uuid,
          number: z.string(),
          asOf: day,
          value: z.number().int(),
          feeds: staleFeedsContract,
          rows: z.array(
            z.strictObject({
              date: day,
              school: schoolId,
              kind: z.enum(['attendance', 'frozen', 'school_day']),
              status: z.string().nullable(),
              excuse: z.string().nullable(),
              code: z.string().nullable(),
              deliveryId: uuid.nullable(),
              file: z.string().nullable(),
              line: z.number().int().nullable(),
            }),
          ),
        })
        .meta({ id: 'NumberRows' }),
    },
  },
  async handler({ trx, query, subject }) {
    const { caseId, studentId } = subject;
    const {
      state: { standing },
    } = await readCaseNow(trx, caseId);
    if (standing === null) throw new Problem('not-found', 'The student has no standing yet, so there is no number to explain.');
    const from = schoolYearBegins(standing.schoolYear);
    const rows = await readNumberRows(trx, { caseId, studentId, standing, from }, query.number as NumberName);
    const feeds = await staleFeeds(trx, [subject.school]);
    return {
      status: 200,
      body: { caseId, number: query.number, asOf: standing.asOf, value: rows.length, feeds, rows },
      subjects: [subject],
    };
  },
});
