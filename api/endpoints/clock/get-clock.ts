import { districtTime } from '../../../store/clock.ts';
import { readDistrict } from '../../../store/read/health.ts';
import { clock } from '../../contracts/district.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

export const getClock = endpoint({
  method: 'get',
  path: '/v1/clock',
  operationId: 'getClock',
  tag: 'district',
  summary: "The district's day, and how far an advance of its clock has come",
  permission: 'see_clock',
  place: 'none',
  audit: { none: 'the date; nothing about anybody' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The clock', schema: clock } },
  async handler({ trx, services }) {
    const district = await readDistrict(trx);
    if (district === null) throw new Problem('no-district', 'No district has been loaded into this database yet.');
    const { at, day } = await districtTime(trx);
    return {
      afterCommit: async () => ({
        status: 200,
        body: {
          district: district.name,
          at,
          day,
          timeZone: district.timeZone,
          live: district.live,
          sample: district.sample,
          lastDayTurned: district.turned,
          advance: await services.jobs.advanceProgress(),
        },
      }),
    };
  },
});
