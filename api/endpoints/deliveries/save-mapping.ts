import { saveMapping as save } from '../../../store/import-mappings.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { mappingSaved, saveMapping as contract } from '../../contracts/mappings.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';

export const saveMapping = endpoint({
  method: 'post',
  path: '/v1/mappings',
  operationId: 'saveMapping',
  tag: 'deliveries',
  summary: 'Says which column of a file of the district’s own making holds what',
  description:
    'Every file with these columns is read so from now on, before any shipped format is asked. A mapping of the same name is superseded and stays on record. Try it out with a dry run of a delivery.',
  permission: 'map_codes',
  place: 'district',
  audit: { none: 'names of columns; no student is named' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Saved', schema: mappingSaved } },
  handler({ trx, body, headers, person }) {
    return onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'save_mapping', asked: body }, async () => {
      await save(trx, { ...body, savedBy: person.id });
      return { status: 201, body };
    });
  },
});
