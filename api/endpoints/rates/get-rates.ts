import { FLAG_DIMENSIONS, GROUP_DIMENSIONS } from '../../../store/rates.ts';
import { readRates, type RateCell, type RatesBy } from '../../../store/read/rates.ts';
import { listSchools } from '../../../store/read/schools.ts';
import { seesSmallGroups } from '../../access.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { rates, ratesQuery } from '../../contracts/rates.ts';
import { endpoint } from '../../endpoint.ts';
import { rateHead, rateQuestion } from '../../rates.ts';
import { viewPoint } from '../../views/rates.ts';

export const getRates = endpoint({
  method: 'get',
  path: '/v1/rates',
  operationId: 'getRates',
  tag: 'attendance',
  summary: 'Chronic absence and attendance of the district or a school, by school, grade or group, on a day and month by month',
  description:
    'Of the same rows as the standings. A student counts once for the district and once for each school attended, with the days there. People of the schools ' +
    'that are asked about see every group; for everybody else, and with `audience=outside`, small groups are hidden, and so many others that nothing gives them away.',
  permission: 'see_rates',
  place: 'none',
  audit: { none: 'counts; whoever is not of the schools sees no small group' },
  params: nothing,
  query: ratesQuery,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The rates', schema: rates } },
  async handler({ trx, query, person }) {
    const months = query.months === 'true';
    const question = await rateQuestion(trx, query, { months });
    const { asked, rule } = question;
    const kinds = kindsOf(query.by);
    const found = await readRates(
      trx,
      asked,
      rule,
      kinds.filter((kind) => kind !== 'school' || asked.level === 'school'),
    );
    // All of the district count once; its schools count whoever attended them.
    const bySchool =
      kinds.includes('school') && asked.level === 'district' ? await readRates(trx, { ...asked, level: 'school' }, rule, ['school']) : [];
    const outside = query.audience === 'outside' || !seesSmallGroups(person, asked.school);
    const names = new Map((kinds.includes('school') ? await listSchools(trx, null) : []).map(({ schoolId, name }) => [schoolId, name]));
    const points = asked.points.flatMap((upTo) => {
      const of = (cells: RateCell[]): RateCell[] => cells.filter((cell) => cell.point === upTo && cell.by !== null);
      const all = found.find((cell) => cell.point === upTo && cell.by === null);
      return all ? [viewPoint(upTo, all, [...of(found), ...of(bySchool)], names, outside ? rule.smallest : null)] : [];
    });
    return {
      status: 200,
      body: { ...(await rateHead(trx, question, person)), audience: outside ? ('outside' as const) : ('schools' as const), points },
    };
  },
});

function kindsOf(by: 'group' | RatesBy | undefined): RatesBy[] {
  if (by === undefined) return [];
  return by === 'group' ? [...GROUP_DIMENSIONS, ...FLAG_DIMENSIONS] : [by];
}
