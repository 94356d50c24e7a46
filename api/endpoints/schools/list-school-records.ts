import { z } from 'zod';
import { readSchoolRecords } from '../../../store/read/school-records.ts';
import { code, readHeaders, schoolId, wholeNumber } from '../../contracts/common.ts';
import { schoolRecord } from '../../contracts/school.ts';
import { endpoint } from '../../endpoint.ts';

export const listSchoolRecords = endpoint({
  method: 'get',
  path: '/v1/schools/:id/school-tasks/:task/records',
  operationId: 'listSchoolRecords',
  tag: 'schools',
  summary: 'The records of a school task, the latest first',
  permission: 'see_schools',
  place: 'school',
  audit: { none: 'about the school, not about a student' },
  params: z.strictObject({ id: schoolId, task: code }),
  query: z.strictObject({ limit: wholeNumber(1, 200).default(50) }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'Records', schema: z.strictObject({ records: z.array(schoolRecord) }).meta({ id: 'SchoolRecords' }) } },
  async handler({ trx, params, query }) {
    const records = await readSchoolRecords(trx, params.id, params.task, query.limit);
    return { status: 200, body: { records: records.map(({ text, ...record }) => ({ ...record, note: text })) } };
  },
});
