import { z } from 'zod';
import { districtTime } from '../../../store/clock.ts';
import { writeAgreement } from '../../../store/intake/partners.ts';
import { partnerExists, readPartners } from '../../../store/read/partners.ts';
import { schoolExists } from '../../../store/read/schools.ts';
import { code, commandHeaders, nothing } from '../../contracts/common.ts';
import { partners, signAgreement as contract } from '../../contracts/partners.ts';
import { staffAct } from '../../designees.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const signPartnerAgreement = endpoint({
  method: 'post',
  path: '/v1/partners/:partner/agreements',
  operationId: 'signPartnerAgreement',
  tag: 'partners',
  summary: 'Writes down a signed agreement: for its days the partner’s staff may be told what their tasks need',
  description: 'Such an agreement makes them school officials with a legitimate interest (34 CFR 99.31(a)(1)(i)(B), EC 49076).',
  permission: 'manage_partners',
  place: 'district',
  audit: { none: 'an agreement; the row keeps who wrote it down, and when' },
  params: z.strictObject({ partner: code }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'The partners as they are now', schema: partners } },
  handler: ({ trx, person, params: { partner }, headers, body }) =>
    onceInTransaction(
      trx,
      { person, key: headers['idempotency-key'], kind: 'sign_partner_agreement', asked: { partner, ...body } },
      async () => {
        const { schools, until, purpose } = body;
        const from = body.from ?? (await districtTime(trx)).day;
        if (!(await partnerExists(trx, partner))) throw new Problem('not-found', `There is no partner ${partner}; add it first.`);
        for (const school of schools ?? [])
          if (!(await schoolExists(trx, school))) throw new Problem('not-found', `There is no school ${school}.`);
        if (until < from) throw new Problem('agreement-unfit', `The last day, ${until}, lies before the first, ${from}.`);
        await writeAgreement(trx, { partner, schools, from, until, purpose }, await staffAct(trx, person));
        return { status: 201, body: { partners: await readPartners(trx) } };
      },
    ),
});
