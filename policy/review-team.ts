import type { StateProfile } from './document.ts';

type Rule = NonNullable<StateProfile['reviewTeam']>;

/** Students of a year, and the chronically absent among them. */
export interface Share {
  students: number;
  chronic: number;
}

/** Where a state asks for its review team, by last year's rates. */
export interface TeamRequired {
  /** False while a rate is missing that the answer takes. */
  known: boolean;
  /** `either`: for the district or at each school of the list; null: nowhere. */
  place: 'district' | 'schools' | 'either' | null;
  /** The district reached the state's rate; null where its rate is not known. */
  district: boolean | null;
  /** Schools that reached theirs. */
  schools: string[];
  clause: string;
}

/**
 * Where a team is required: the state's profile says it for each combination of the district's rate and of how many schools have reached
 * theirs (CGS 10-198c(b)(1)). A rate that equals the limit has reached it.
 */
export function teamRequired(
  rule: Rule,
  rates: { district: Share | null; schools: readonly (Share & { school: string })[] },
): TeamRequired {
  const over = (share: Share, limit: number): boolean => share.students > 0 && share.chronic / share.students >= limit;
  const district = rates.district === null ? null : over(rates.district, rule.districtRate);
  const schools = rates.schools.filter((share) => over(share, rule.schoolRate)).map(({ school }) => school);
  if (district === null || rates.schools.length === 0) return { known: false, place: null, district, schools, clause: rule.clause };
  const many = schools.length === 0 ? 'none' : schools.length === 1 ? 'one' : 'several';
  const found = rule.requires.find((one) => one.district === (district ? 'over' : 'under') && one.schools.includes(many));
  return { known: true, place: found?.place ?? null, district, schools, clause: found?.clause ?? rule.clause };
}

/** What that means for one school: `yes` a team there, `either` there or for the district, `district` one for the district alone. */
export function teamRequiredAt({ known, place, schools }: TeamRequired, school: string): 'yes' | 'either' | 'district' | 'no' | 'unknown' {
  if (!known) return 'unknown';
  if (place === 'district') return 'district';
  if (place === null || !schools.includes(school)) return 'no';
  return place === 'either' ? 'either' : 'yes';
}
