import { z } from 'zod';
import { csvRow, harmless } from '../../../store/csv.ts';
import { readSisDifferences, type SisDifference } from '../../../store/read/corrections.ts';
import { sisDifferences } from '../../contracts/attendance.ts';
import { readHeaders, schoolId } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';

export const getSisDifferences = endpoint({
  method: 'get',
  path: '/v1/schools/:id/sis-differences',
  operationId: 'getSisDifferences',
  tag: 'attendance',
  summary: 'What to enter in the student information system: corrections of days and contacts that it does not say yet',
  description: 'As JSON, or with `format=csv` as a file to work through.',
  permission: 'see_attendance',
  place: 'school',
  audit: { discloses: 'sis_differences' },
  params: z.strictObject({ id: schoolId }),
  query: z.strictObject({ format: z.enum(['json', 'csv']).default('json') }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The differences', schema: sisDifferences } },
  async handler({ trx, params, query }) {
    const found = await readSisDifferences(trx, params.id);
    const differences = found.map(({ caseId: _case, ...difference }) => difference);
    const subjects = found.map(({ caseId }) => ({ caseId, school: params.id }));
    if (query.format === 'csv')
      return {
        status: 200,
        bytes: { type: 'text/csv', data: Buffer.from(csv(differences)), name: `sis-differences-${params.id}.csv` },
        subjects,
      };
    return { status: 200, body: { school: params.id, differences }, subjects };
  },
});

const COLUMNS = ['localId', 'kind', 'date', 'field', 'sis', 'rollbook', 'reason', 'by', 'on'] as const;

function csv(differences: Omit<SisDifference, 'caseId'>[]): string {
  const lines = differences.map((one) => csvRow(COLUMNS.map((column) => harmless(one[column] ?? ''))));
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}
