import { attendancePolicy } from '../policy/attendance.ts';
import { spanOf } from '../policy/cadence.ts';
import type { StateProfile } from '../policy/document.ts';
import { profileOf } from '../policy/index.ts';
import { teamRequired, teamRequiredAt, type TeamRequired } from '../policy/review-team.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import { readPolicyTextInForce } from '../store/read/policies.ts';
import { readYearlyRates, type YearlyRateRow } from '../store/read/yearly-rates.ts';

/** A yearly rate beside whether requirements go by it. */
export interface ShownRate extends YearlyRateRow {
  rate: number | null;
  inForce: boolean;
}

/** The rates of a school year, each beside whether requirements go by it: what a person has said does, else what was counted of a whole year. */
export async function shownRates(trx: Transaction, schoolYear: string): Promise<ShownRate[]> {
  const rows = await readYearlyRates(trx, schoolYear);
  return rows.map((row) => {
    const said = rows.some((other) => other.school === row.school && !other.counted);
    return { ...row, rate: row.students > 0 ? row.chronic / row.students : null, inForce: said ? !row.counted : row.whole };
  });
}

/** What last year's rates ask of a district whose state requires a review team. */
export interface ReviewTeam {
  rule: NonNullable<StateProfile['reviewTeam']>;
  schoolYear: string;
  required: TeamRequired;
  rates: ShownRate[];
}

/** Null in a state that requires no such team, and without a policy. */
export async function reviewTeamNow(trx: Transaction): Promise<ReviewTeam | null> {
  const text = await readPolicyTextInForce(trx);
  const rule = text === null ? undefined : profileOf(attendancePolicy(text).state).reviewTeam;
  if (!rule) return null;
  const { day } = await districtTime(trx);
  const begins = Number(spanOf('year', day).from.slice(0, 4));
  const schoolYear = `${begins - 1}-${begins}`;
  const rates = await shownRates(trx, schoolYear);
  const inForce = rates.filter((one) => one.inForce);
  const required = teamRequired(rule, {
    district: inForce.find(({ school }) => school === null) ?? null,
    schools: inForce.flatMap((one) => (one.school === null ? [] : [{ ...one, school: one.school }])),
  });
  return { rule, schoolYear, required, rates };
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

/** What follows for the district, in a sentence. */
export function requiredSentence({ rule, schoolYear, required }: ReviewTeam): string {
  const limits = `${percent(rule.districtRate)} in the district, ${percent(rule.schoolRate)} at a school`;
  if (!required.known) {
    return `Whether a team is required is not known: the rates of ${schoolYear} are missing or of a part of the year only. Enter them with their source (rollbook year-rates enter).`;
  }
  const { place, district, schools } = required;
  const of =
    schools.length === 1
      ? `one school reached ${percent(rule.schoolRate)}`
      : `${schools.length} schools reached ${percent(rule.schoolRate)}`;
  const why = [...(district ? [`the district reached ${percent(rule.districtRate)}`] : []), ...(schools.length ? [of] : [])].join(' and ');
  switch (place) {
    case null:
      return `No team is required: in ${schoolYear} nobody reached the state's rates (${limits}).`;
    case 'district':
      return `A team is required for the district: in ${schoolYear} ${why}.`;
    case 'schools':
      return `A team is required at each school that is named: in ${schoolYear} ${why}.`;
    case 'either':
      return `A team is required for the district or at each school that is named: in ${schoolYear} ${why}.`;
  }
}

/** What follows for one school. */
export function requiredHere(team: ReviewTeam, school: string) {
  const here = teamRequiredAt(team.required, school);
  const { rule, schoolYear, required, rates } = team;
  const own = rates.find((one) => one.inForce && one.school === school);
  const its =
    own?.rate === null || own === undefined ? '' : ` ${percent(own.rate)} of its students were chronically absent in ${schoolYear}.`;
  const sentences: Record<typeof here, string> = {
    yes: `The state requires the team here.${its}`,
    either: `The state requires the team here, unless there is one for the district.${its}`,
    district: `The state requires the team for the district, whose rate reached ${percent(rule.districtRate)} in ${schoolYear}.${its}`,
    no: `The state does not require the team here.${its}`,
    unknown: requiredSentence(team),
  };
  return { here, sentence: sentences[here], clause: required.clause, schoolYear };
}
