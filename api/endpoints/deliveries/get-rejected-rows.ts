import { z } from 'zod';
import { readDelivery } from '../../../store/attendance-delivery.ts';
import { readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

export const getRejectedRows = endpoint({
  method: 'get',
  path: '/v1/deliveries/:id/rejected',
  operationId: 'getRejectedRows',
  tag: 'deliveries',
  summary: 'The rejected rows of a file as a CSV file, as they came, each with its reason: mend it and send it again',
  description:
    'In the columns of the source, with `rollbook_line` and `rollbook_reason` behind them. What a spreadsheet would take for a formula has an ' +
    'apostrophe before it, which is taken away again when the file comes back. Until the delivery is done, the rows are those of its last dry run.',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'gives whoever delivers the rows of a file back as they came' },
  params: z.strictObject({ id: uuid }),
  query: z.strictObject({
    file: z.string().min(1).max(300).optional().meta({ description: 'Name of the file; may be left out when one file has all of them' }),
  }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The rows', type: 'text/csv' } },
  async handler({ trx, params, query, services, within }) {
    const delivery = await readDelivery(trx, params.id);
    if (delivery === null) throw new Problem('not-found', 'There is no such delivery.');
    const counts = delivery.counts ?? delivery.dryRun?.counts ?? null;
    const files = Object.entries(counts?.files ?? {}).flatMap(([name, { rejected }]) => (rejected > 0 ? [name] : []));
    const file = query.file ?? (files.length === 1 ? files[0] : undefined);
    if (file === undefined || !files.includes(file)) {
      const detail =
        files.length === 0
          ? 'No row of this delivery was rejected.'
          : `Say of which file: ${files.slice(0, 20).join(', ')}. Each has columns of its own.`;
      throw new Problem('not-found', detail);
    }
    return {
      status: 200,
      stream: {
        type: 'text/csv; charset=utf-8',
        name: `rejected ${file.replaceAll(/[^\p{L}\p{N}._ -]+/gu, ' ')}`.replace(/(\.csv)?$/i, '.csv'),
        data: services.files.rejectedRows(within, params.id, file, delivery.status === 'done' ? 'import' : 'dry run'),
      },
    };
  },
});
