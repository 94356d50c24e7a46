import { z } from 'zod';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { readYearRecords } from '../../../store/read/year-report.ts';
import { nothing, readHeaders, schoolId } from '../../contracts/common.ts';
import { numberKey, yearRecords } from '../../contracts/year-report.ts';
import { schoolYear } from '../../contracts/yearly-rates.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';
import { yearQuestion } from '../../year-report.ts';

export const listYearRecords = endpoint({
  method: 'get',
  path: '/v1/reports/year/records',
  operationId: 'listYearRecords',
  tag: 'schools',
  summary: 'The records of cases that a number of the yearly report is made of',
  description:
    'Of the numbers that the record tells: `letter:letter-1`, `meeting:sart`, `referral:habitual_truant` and the like. The students of a rate are at /v1/rates/students.',
  permission: 'see_year_report',
  place: 'none',
  audit: { discloses: 'year_report' },
  params: nothing,
  query: z.strictObject({ key: numberKey.default('referred'), year: schoolYear.optional(), school: schoolId.optional() }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The records, oldest first', schema: yearRecords } },
  async handler({ trx, person, query }) {
    const { key, school = null } = query;
    if (school !== null && person.schools !== null && !person.schools.includes(school)) {
      throw new Problem('place-not-allowed', `Your role does not hold at the school ${school}.`);
    }
    const { year } = await yearQuestion(trx, query.year);
    const records = (await readYearRecords(trx, year, { key, school })).filter(
      (one) => person.schools === null || person.schools.includes(one.school),
    );
    return {
      status: 200,
      body: { schoolYear: year.schoolYear, key, records, feeds: await staleFeeds(trx, person.schools) },
      subjects: records.map(({ caseId, presentSchool }) => ({ caseId, school: presentSchool })),
    };
  },
});
