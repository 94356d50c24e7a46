import { writePartner } from '../../../store/intake/partners.ts';
import { readPartners } from '../../../store/read/partners.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { addPartner as contract, partners } from '../../contracts/partners.ts';
import { staffAct } from '../../designees.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const addPartner = endpoint({
  method: 'post',
  path: '/v1/partners',
  operationId: 'addPartner',
  tag: 'partners',
  summary: 'Adds an organisation with which tasks are shared; it sees nothing before an agreement or a consent',
  permission: 'manage_partners',
  place: 'district',
  audit: { none: 'an organisation; the row keeps who added it, and when' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'The partners as they are now', schema: partners } },
  handler: ({ trx, person, headers, body }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'add_partner', asked: body }, async () => {
      if (!(await writePartner(trx, body, await staffAct(trx, person))))
        throw new Problem('partner-exists', `There is a partner ${body.partner} already: keys stand in the record and are given once.`);
      return { status: 201, body: { partners: await readPartners(trx) } };
    }),
});
