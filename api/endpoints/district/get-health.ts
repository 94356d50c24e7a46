import { districtTime, hasDistrict } from '../../../store/clock.ts';
import { readFeedHealth } from '../../../store/read/feeds.ts';
import { readBacklog } from '../../../store/read/health.ts';
import { readMailService } from '../../../store/read/staff-messages.ts';
import { health } from '../../contracts/district.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';

/** For whoever watches the service. The binder's own transaction has already shown that the database answers. */
export const getHealth = endpoint({
  method: 'get',
  path: '/v1/health',
  operationId: 'getHealth',
  tag: 'district',
  summary: 'Whether the service is well: database, engine, the clock, and what is still on its way',
  permission: 'anyone',
  place: 'none',
  audit: { none: 'counts only; nothing about anybody' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The state of the service', schema: health } },
  async handler({ trx, services }) {
    const [relay, engine, clockDay] = [
      await readBacklog(trx),
      await services.jobs.reachable(),
      await districtTime(trx).then(
        ({ day }) => day,
        () => null,
      ),
    ];
    const feeds = (await hasDistrict(trx)) ? await readFeedHealth(trx) : null;
    return {
      status: 200,
      body: {
        status: engine ? 'well' : 'degraded',
        version: services.version,
        database: 'reachable',
        engine: engine ? 'reachable' : 'unreachable',
        clockDay,
        relay,
        mail: await readMailService(trx),
        feeds: feeds && { all: feeds.length, stale: feeds.filter(({ health: { sentence } }) => sentence !== null).length },
      },
    };
  },
});
