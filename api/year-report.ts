import { spanOf } from '../policy/cadence.ts';
import { rateRule } from '../policy/rates.ts';
import { readPolicy, type PolicyDocument } from '../policy/index.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import { atEachSchool, type RatesAsked } from '../store/rates.ts';
import { readPolicyInForce } from '../store/read/policies.ts';
import { hasTracks } from '../store/tracks.ts';
import type { YearAsked } from '../store/read/year-report.ts';
import type { RateRule } from '../policy/rates.ts';
import { Problem } from './problems.ts';

/** A school year that a report is of: the whole of one that has ended, and of the present one what has been. */
export interface YearQuestion {
  year: YearAsked;
  rates: RatesAsked;
  rule: RateRule;
  owed: NonNullable<PolicyDocument['reports']>;
}

/** @throws Problem 409 without a policy, 422 for a year that has not begun */
export async function yearQuestion(trx: Transaction, schoolYear: string | undefined): Promise<YearQuestion> {
  const policy = await readPolicyInForce(trx);
  if (!policy) throw new Problem('no-district', 'No policy is in force, so nothing says who is chronically absent.');
  const { day: today } = await districtTime(trx);
  const span = spanOf('year', schoolYear === undefined ? today : `${schoolYear.slice(0, 4)}-07-01`);
  if (span.from > today) throw new Problem('future-day', `The school year from ${span.from} has not begun.`);
  const upTo = span.to < today ? span.to : today;
  const name = `${span.from.slice(0, 4)}-${span.to.slice(0, 4)}`;
  const rule = rateRule(policy);
  const read = readPolicy(policy.document);
  return {
    year: { schoolYear: name, from: span.from, upTo, habitual: policy.ladder.statute.habitualReports },
    rates: atEachSchool({ from: span.from, upTo, madeUp: rule.madeUp, tracks: await hasTracks(trx) }),
    rule,
    owed: (read.ok ? read.document.reports : undefined) ?? [],
  };
}
