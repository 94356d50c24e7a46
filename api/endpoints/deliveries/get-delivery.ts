import { z } from 'zod';
import { readDelivery, refusedRows } from '../../../store/attendance-delivery.ts';
import { filesOf } from '../../../store/intake/deliveries.ts';
import { readProgress } from '../../../store/read/deliveries.ts';
import { cursor, readHeaders, uuid, wholeNumber } from '../../contracts/common.ts';
import { delivery as contract } from '../../contracts/delivery.ts';
import { cursorOf, positionOf } from '../../cursors.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

const position = z.strictObject({ file: z.string(), line: z.number().int() });

export const getDelivery = endpoint({
  method: 'get',
  path: '/v1/deliveries/:id',
  operationId: 'getDelivery',
  tag: 'deliveries',
  summary: 'What became of a delivery, or would become of it: its counts, and every row that is not taken with its reason',
  description:
    'Until it is done, `rows` are those of its last dry run. While work on it is under way, `progress` says how far it has come.',
  permission: 'deliver_attendance',
  place: 'district',
  audit: { none: 'shows whoever delivers the rows of a file as they came' },
  params: z.strictObject({ id: uuid }),
  query: z.strictObject({
    outcome: z.enum(['rejected', 'ignored']).optional(),
    cursor: cursor.optional(),
    limit: wholeNumber(1, 1000).default(100),
  }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The delivery with a page of the rows not taken', schema: contract } },
  async handler({ trx, params, query }) {
    const delivery = await readDelivery(trx, params.id);
    if (delivery === null) throw new Problem('not-found', 'There is no such delivery.');
    const rows = await refusedRows(trx, params.id, {
      of: delivery.status === 'done' ? 'import' : 'dry run',
      ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
      ...(query.cursor === undefined ? {} : { after: positionOf(position, query.cursor) }),
      limit: query.limit + 1,
    });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      status: 200,
      body: {
        ...delivery,
        files: await filesOf(trx, params.id),
        progress: await readProgress(trx, params.id),
        rows: shown,
        next: rows.length > query.limit && last ? cursorOf({ file: last.file, line: last.line }) : null,
      },
    };
  },
});
