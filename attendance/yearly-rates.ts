import { publishedRateRule } from '../policy/rates.ts';
import type { Transaction } from '../store/database.ts';
import { readPolicyInForce } from '../store/read/policies.ts';
import { readRates } from '../store/read/rates.ts';
import { isSpanKnown, isYearCounted, readKnownSpans } from '../store/read/yearly-rates.ts';
import { recordYearlyRates, type YearlyRate } from '../store/yearly-rates.ts';
import { atEachSchool } from '../store/rates.ts';
import { hasTracks } from '../store/tracks.ts';
import { schoolYearOf, type Day } from './school-year.ts';

/** The share of a year's school days, and of a district's students, whose attendance has to be known for a rate to be the whole year's. */
const NEARLY_ALL = 0.9;

/**
 * Counts last year's rates of chronic absence, of the district and of each school, as the state publishes them: when a day of the new year is
 * turned for the first time, and anew with each month, since corrections come late. What is the same is not written again.
 * @returns rates that are new
 */
export async function countLastYear(trx: Transaction, day: Day): Promise<number> {
  const last = schoolYearOf(`${Number(schoolYearOf(day).from.slice(0, 4)) - 1}-07-01`);
  if (!day.endsWith('-01') && (await isYearCounted(trx, last.name))) return 0;
  if (!(await isSpanKnown(trx, last.from, last.to))) return 0;
  const policy = await readPolicyInForce(trx);
  if (!policy) return 0;
  const rule = publishedRateRule(policy);
  const asked = atEachSchool({ from: last.from, upTo: last.to, madeUp: rule.madeUp, tracks: await hasTracks(trx) });
  const known = new Map((await readKnownSpans(trx, last.from, last.to)).map((span) => [span.school, span]));
  const cells = (await readRates(trx, asked, rule, ['school'])).filter(({ by }) => by === 'school');
  const schools = cells.map(({ value: school, students, chronic }): YearlyRate => {
    const { taught = 0, covered = 0, late = true } = known.get(school ?? '') ?? {};
    return { school, students, chronic, whole: !late && taught > 0 && covered >= NEARLY_ALL * taught };
  });
  const [all] = await readRates(trx, { ...asked, level: 'district' }, rule, []);
  if (!all) return 0;
  const sum = (of: YearlyRate[]): number => of.reduce((total, { students }) => total + students, 0);
  const whole = sum(schools.filter((one) => one.whole)) >= NEARLY_ALL * sum(schools);
  return recordYearlyRates(trx, [{ school: null, students: all.students, chronic: all.chronic, whole }, ...schools], {
    schoolYear: last.name,
    counted: true,
    source: `counted from attendance rows: ${rule.clause}`,
    onDay: day,
    by: 'the turn of the day',
  });
}
