import { z } from 'zod';
import { closeAgreement } from '../../../store/intake/partners.ts';
import { readPartners } from '../../../store/read/partners.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endAgreement as contract, partners } from '../../contracts/partners.ts';
import { staffAct } from '../../designees.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const endPartnerAgreement = endpoint({
  method: 'post',
  path: '/v1/partner-agreements/:agreement/end',
  operationId: 'endPartnerAgreement',
  tag: 'partners',
  summary: 'Ends an agreement: from this moment the partner is told nothing under it',
  permission: 'manage_partners',
  place: 'district',
  audit: { none: 'an agreement; the row keeps who ended it, when and why' },
  params: z.strictObject({ agreement: uuid }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 200: { description: 'The partners as they are now', schema: partners } },
  handler: ({ trx, person, params: { agreement }, headers, body }) =>
    onceInTransaction(
      trx,
      { person, key: headers['idempotency-key'], kind: 'end_partner_agreement', asked: { agreement, ...body } },
      async () => {
        if (!(await closeAgreement(trx, agreement, body.reason, await staffAct(trx, person))))
          throw new Problem('not-found', 'There is no such agreement, or it has ended already.');
        return { status: 200, body: { partners: await readPartners(trx) } };
      },
    ),
});
