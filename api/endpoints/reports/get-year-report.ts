import { z } from 'zod';
import { csvRow, harmless } from '../../../store/csv.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { readRates } from '../../../store/read/rates.ts';
import { listSchools } from '../../../store/read/schools.ts';
import { readYearBands, readYearNumbers } from '../../../store/read/year-report.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { yearReport } from '../../contracts/year-report.ts';
import { schoolYear } from '../../contracts/yearly-rates.ts';
import { endpoint } from '../../endpoint.ts';
import { hiddenNumbers, inOrder, titleOf } from '../../views/year-report.ts';
import { yearQuestion } from '../../year-report.ts';

type Numbers = Record<string, number | null>;

export const getYearReport = endpoint({
  method: 'get',
  path: '/v1/reports/year',
  operationId: 'getYearReport',
  tag: 'schools',
  summary:
    'The figures of a school year by school: students by band, chronic absence, truants, letters, conferences, meetings, referrals and what became of them',
  description:
    'What a board, a county or a state is told each year, counted from attendance rows and from the record. As of the end of the year, or of today while it lasts. ' +
    'With `audience=outside` small numbers are hidden, and so many others that nothing gives them away; every number leads to its records.',
  permission: 'see_year_report',
  place: 'none',
  audit: { none: 'counts of whole schools; no student is named' },
  params: nothing,
  query: z.strictObject({ year: schoolYear.optional(), audience: z.enum(['outside']).optional(), format: z.enum(['csv']).optional() }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The figures; a file with format=csv', schema: yearReport } },
  async handler({ trx, person, query }) {
    const { year, rates, rule, owed } = await yearQuestion(trx, query.year);
    const found = [
      ...(await readYearNumbers(trx, year)),
      ...(await readYearBands(trx, rates)).map(({ school, band, number }) => ({ school, key: `band:${band}`, number })),
      ...(await readRates(trx, rates, rule, ['school'])).flatMap(({ by, value: school, students, chronic, severe }) =>
        by === null || school === null
          ? []
          : Object.entries({ students, chronic, severe }).map(([key, number]) => ({ school, key, number })),
      ),
    ];
    const [all] = await readRates(trx, { ...rates, level: 'district' }, rule, []);
    const columns = inOrder(found.map(({ key }) => key));
    const numbers = new Map(found.map(({ school, key, number }) => [`${school} ${key}`, number]));
    const shown = (await listSchools(trx, null)).filter(({ schoolId }) => columns.some((key) => numbers.has(`${schoolId} ${key}`)));
    const outside = query.audience === 'outside';
    const schools = shown.map(({ schoolId: school, name }) => ({ school, name, numbers: {} as Numbers }));
    for (const key of columns) {
      const column = schools.map(({ school }) => numbers.get(`${school} ${key}`) ?? 0);
      const hidden = outside ? hiddenNumbers(column, rule.smallest) : [];
      for (const [index, school] of schools.entries()) school.numbers[key] = hidden[index] ? null : column[index]!;
    }
    const once: Numbers = all ? { students: all.students, chronic: all.chronic, severe: all.severe } : {};
    const sum = (key: string): number => found.reduce((total, one) => total + (one.key === key ? one.number : 0), 0);
    const whole = Object.fromEntries(columns.map((key) => [key, once[key] ?? sum(key)]));
    // A number of the whole district is small, too, where it is.
    const district = Object.fromEntries(
      columns.map((key) => [key, outside && whole[key]! > 0 && whole[key]! < rule.smallest ? null : whole[key]!]),
    );
    const body = {
      schoolYear: year.schoolYear,
      asOf: year.upTo,
      audience: outside ? ('outside' as const) : ('schools' as const),
      owed,
      columns: columns.map((key) => ({ key, title: titleOf(key) })),
      schools: schools.filter(({ school }) => person.schools === null || person.schools.includes(school)),
      district: person.schools === null ? district : null,
      feeds: await staleFeeds(trx, person.schools),
    };
    if (query.format === undefined) return { status: 200, body };
    const line = (name: string, id: string, of: Numbers): string[] => [id, name, ...columns.map((key) => of[key]?.toString() ?? '*')];
    const rows = [
      ['school', 'name', ...columns],
      ...body.schools.map((one) => line(one.name, one.school, one.numbers)),
      ...(body.district === null ? [] : [line('All', '', body.district)]),
    ];
    const text = rows.map((row) => `${csvRow(row.map(harmless))}\r\n`).join('');
    return { status: 200, bytes: { type: 'text/csv; charset=utf-8', data: Buffer.from(text), name: `year-${year.schoolYear}.csv` } };
  },
});
