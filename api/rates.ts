import type { z } from 'zod';
import { spanOf } from '../policy/cadence.ts';
import { rateRule, type RateRule } from '../policy/rates.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import { monthEnds, type RatesAsked } from '../store/rates.ts';
import { staleFeeds } from '../store/read/feeds.ts';
import { readDistrict } from '../store/read/health.ts';
import { readPolicyInForce } from '../store/read/policies.ts';
import { readTaken } from '../store/read/rates.ts';
import { hasTracks } from '../store/tracks.ts';
import { schoolExists } from '../store/read/schools.ts';
import type { rateStudentsQuery } from './contracts/rates.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';

/** Whose rates are asked for, as queries say it. */
type Whom = Pick<z.output<typeof rateStudentsQuery>, 'school' | 'grade' | 'group' | 'asOf' | 'leastDays'>;

/** What rates are read by: whose, of which days, by which rule. */
export interface RateQuestion {
  asked: RatesAsked;
  rule: RateRule;
}

/**
 * Reads a question about rates. A student counts once for the district, and where a school is named with the days at that school.
 * @throws Problem 404 for a school that is not there, 409 without a policy, 422 for a day that lies ahead
 */
export async function rateQuestion(
  trx: Transaction,
  whom: Whom,
  options: { months: boolean; level?: RatesAsked['level'] },
): Promise<RateQuestion> {
  const policy = await readPolicyInForce(trx);
  if (!policy) throw new Problem('no-district', 'No policy is in force, so nothing says who is chronically absent.');
  const { day: today } = await districtTime(trx);
  const upTo = whom.asOf ?? (await readDistrict(trx))?.turned ?? today;
  if (upTo > today) throw new Problem('future-day', `Rates are of days that have been: ${upTo} lies after today, ${today}.`);
  if (whom.school !== undefined && !(await schoolExists(trx, whom.school)))
    throw new Problem('not-found', `There is no school ${whom.school}.`);
  const rule = rateRule(policy);
  const { from } = spanOf('year', upTo);
  return {
    rule: { ...rule, leastDays: whom.leastDays ?? rule.leastDays },
    asked: {
      from,
      upTo,
      points: options.months ? monthEnds(from, upTo) : [upTo],
      level: options.level ?? (whom.school === undefined ? 'district' : 'school'),
      school: whom.school ?? null,
      grade: whom.grade ?? null,
      group: whom.group ?? null,
      madeUp: rule.madeUp,
      tracks: await hasTracks(trx),
    },
  };
}

/** What every answer about rates begins with: of whom, by which rule, and how far attendance has come. */
export async function rateHead(trx: Transaction, { asked, rule }: RateQuestion, person: Person) {
  const { from, upTo: asOf, school, grade, group } = asked;
  const { chronicRate, severeRate, leastDays, smallest, clause } = rule;
  return {
    asOf,
    from,
    school,
    grade,
    group,
    rule: { chronicRate, severeRate, leastDays, smallest, clause, sentence: sentenceOf({ asked, rule }) },
    taken: await readTaken(trx, asked),
    feeds: await staleFeeds(trx, school === null ? person.schools : [school]),
  };
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

function sentenceOf({ asked, rule }: RateQuestion): string {
  const madeUp = rule.madeUp === null ? '' : ', less days made up in attendance recovery';
  const days =
    asked.level === 'school' ? 'the days enrolled at the school, however long ago the student left' : 'the days enrolled in the district';
  return (
    `Chronically absent is who missed ${percent(rule.chronicRate)} or more of ${days} (${rule.clause}), whatever the reason and suspensions out of school included${madeUp}; ` +
    `severely, ${percent(rule.severeRate)}. Who was enrolled for fewer than ${rule.leastDays} days is in no rate.`
  );
}
