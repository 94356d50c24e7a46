import { districtTime } from '../../../store/clock.ts';
import { unknownSchools } from '../../../store/read/schools.ts';
import { recordYearlyRates as record } from '../../../store/yearly-rates.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { recordYearlyRates as contract, yearlyRatesRecorded } from '../../contracts/yearly-rates.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { Problem } from '../../problems.ts';

export const recordYearlyRates = endpoint({
  method: 'post',
  path: '/v1/rates/years',
  operationId: 'recordYearlyRates',
  tag: 'attendance',
  summary: 'Says the rates of chronic absence of a year that Rollbook has not seen whole, with their source',
  description:
    'What a person has said goes before what was counted; both stay readable. A rate that says something else supersedes the one before.',
  permission: 'enter_yearly_rates',
  place: 'district',
  audit: { none: 'counts of whole schools; the row keeps who said it, when, and from which source' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Recorded', schema: yearlyRatesRecorded } },
  async handler({ trx, person, headers, body }) {
    const { day } = await districtTime(trx);
    if (`${body.schoolYear.slice(5)}-06-30` >= day) {
      throw new Problem('invalid-request', `The school year ${body.schoolYear} has not ended, so it has no rate yet.`, {
        errors: [{ path: 'body.schoolYear', message: 'has not ended' }],
      });
    }
    const unknown = await unknownSchools(
      trx,
      body.rates.flatMap(({ school }) => (school === null ? [] : [school])),
    );
    if (unknown.length > 0) {
      throw new Problem('invalid-request', `There is no school ${unknown.join(', ')}; nothing was recorded.`, {
        errors: unknown.map((school) => ({ path: 'body.rates', message: `no school ${school}` })),
      });
    }
    return onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'record_yearly_rates', asked: body }, async () => {
      const { schoolYear, source } = body;
      const rates = body.rates.map((one) => ({ ...one, whole: true }));
      return {
        status: 201,
        body: { schoolYear, recorded: await record(trx, rates, { schoolYear, source, counted: false, onDay: day, by: person.id }) },
      };
    });
  },
});
