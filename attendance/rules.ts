import { attendancePolicy, type AttendancePolicy } from '../policy/attendance.ts';
import type { Ladder } from '../policy/ladder.ts';
import { PRIOR_YEAR_FLAGS, type StudentFlag } from '../policy/vocabulary.ts';
import type { BandLines } from '../store/band-position.ts';
import type { Database } from '../store/database.ts';
import { readPolicyInForce, type PolicyInForce } from '../store/read/policies.ts';

/** The numbers that standings and crossings depend on. None is written into SQL: they come from the policy and the state's profile. */
export interface StandingRules {
  /**
   * Bands, lowest first; a case is woken when it passes a line into or out of the second band or a later one. `from`: first absence,
   * null when bands go by rate alone. `limit`: attendance per mille below which the band begins, and at which too when `inclusive`.
   */
  bands: { position: number; from: number | null; limit?: number | null; inclusive?: boolean }[];
  /** Bands go by the count of absences, by the rate of attendance, or by the stricter of both. */
  bandsBy: 'count' | 'rate' | 'stricter';
  /** Days enrolled below which a rate puts nobody beyond the first band. */
  minimumDays: number;
  /** Unexcused events that make the first report due (EC 48260), and each further one (EC 48261). */
  firstReportEvents: number;
  /** Where the first report's events must lie in one calendar month; so many in the school year are as good. */
  firstReportWithin: 'month' | null;
  firstReportYearEvents: number;
  furtherReportEvents: number;
  /** Compulsory ages on the day of the absence: from this birthday, until before that one (EC 48200). */
  ageFrom: number;
  ageUntil: number;
  /** Share of enrolled, taught days absent that makes a chronic absentee (EC 60901). */
  chronicRate: number;
  /** Absences by the end of the first, second, … school month that wake a case as an early warning; absent: none do. */
  firstMonths?: number[];
  /** Days made up in attendance recovery are taken off the chronic-absence rate, within these caps (EC 46211); absent where they are not. */
  madeUp?: { perYear: number; perWeek: number };
  /** Flags of last year's attendance for which the policy has a path; absent: it has none. */
  priorYear?: StudentFlag[];
  /** School days after the return in which an absence can still be excused (the policy's absence list). */
  clearingSchoolDays: number;
  /** What an absence is that is still unverified when its window ends: a truancy event, or none. */
  unverified: 'unexcused' | 'not_counted';
  /**
   * A student in this band or a later one has recovered after so many school days with no more than these absences; null when the
   * policy knows no recovery.
   */
  recovery: { position: number; schoolDays: number; absences: number } | null;
  /** What an enrollment that ends with the school year means. */
  yearEnd: AttendancePolicy['yearEnd'];
}

/** What the policy in force says about attendance, read once for a piece of work. */
export interface AttendanceRules extends Pick<AttendancePolicy, 'days' | 'submissions' | 'midYear' | 'state'> {
  standing: StandingRules;
}

/**
 * The rules of the policy in force. The clearing window is a matter of attendance, not of a case: it is the same for all students of the
 * district, also those whose case is pinned to an earlier version; and so are unverified days and recovery.
 * @param standing the numbers that standings depend on, where the caller has them
 * @throws if no policy is in force, or its document does not say how long the clearing window is
 */
export async function attendanceRules(db: Database, standing?: StandingRules): Promise<AttendanceRules> {
  const policy = await readPolicyInForce(db);
  const said = attendancePolicy(policy?.document ?? null);
  const { state, days, submissions, midYear } = said;
  return { state, days, submissions, midYear, standing: standing ?? standingRules(policy, said) };
}

/** The numbers that standings depend on, alone. @throws as `attendanceRules` does */
export async function rulesInForce(db: Database): Promise<StandingRules> {
  return (await attendanceRules(db)).standing;
}

/** The numbers that standings of a policy depend on, whether it is in force or a draft. @throws if its document does not say how long the clearing window is */
export function rulesOfPolicy(policy: PolicyInForce): StandingRules {
  return standingRules(policy, attendancePolicy(policy.document));
}

/** More events than a school year has. */
const NEVER = 10_000;

function standingRules(policy: PolicyInForce | null, said: AttendancePolicy): StandingRules {
  if (!policy) throw new Error('no policy is in force in this district: load one before attendance is counted');
  const { ladder } = policy;
  if (said.clearing === null) {
    throw new Error(
      `policy ${policy.id} version ${policy.version} does not say after how many school days an absence can no longer be cleared (absenceList.clearing)`,
    );
  }
  return {
    bands: ladder.bands.map(({ from, limit }, index) => ({
      position: index + 1,
      from,
      limit: limit?.perMille ?? null,
      inclusive: limit?.inclusive ?? false,
    })),
    bandsBy: ladder.bandsBy ?? 'count',
    minimumDays: ladder.minimumDays ?? 0,
    firstReportEvents: ladder.statute.firstReportEvents,
    firstReportWithin: ladder.statute.firstReportWithin ?? null,
    firstReportYearEvents: ladder.statute.firstReportYearEvents ?? NEVER,
    furtherReportEvents: ladder.statute.furtherReportEvents ?? NEVER,
    ageFrom: ladder.statute.ageFrom,
    ageUntil: ladder.statute.ageUntil,
    chronicRate: ladder.statute.chronicRate,
    ...(ladder.firstMonths ? { firstMonths: ladder.firstMonths } : {}),
    ...(said.days.recovery.offsetsRate ? { madeUp: said.days.recovery } : {}),
    ...priorYearOf(ladder),
    clearingSchoolDays: said.clearing,
    unverified: said.unverified,
    recovery: recoveryOf(ladder, said),
    yearEnd: said.yearEnd,
  };
}

function priorYearOf({ paths = [] }: Ladder): Pick<StandingRules, 'priorYear'> {
  const priorYear = PRIOR_YEAR_FLAGS.filter((flag) => paths.some(({ flags }) => flags?.includes(flag)));
  return priorYear.length ? { priorYear } : {};
}

function recoveryOf(ladder: Ladder, { recovery }: AttendancePolicy): StandingRules['recovery'] {
  if (!recovery) return null;
  const { from, schoolDays, attendance } = recovery;
  return {
    position: ladder.bands.findIndex((band) => band.band === from) + 1,
    schoolDays,
    // What is left of twenty days at 95 % is one day, whatever the binary fraction says.
    absences: Math.floor(schoolDays - schoolDays * attendance + 1e-9),
  };
}

/** The rules as the values of a statement. */
export function ruleValues(rules: StandingRules) {
  return {
    lines: rules.bands.map((band) => band.from),
    limits: rules.bands.map((band) => band.limit ?? null),
    inclusive: rules.bands.map((band) => band.inclusive ?? false),
    bandsBy: rules.bandsBy,
    minimumDays: rules.minimumDays,
    first: rules.firstReportEvents,
    within: rules.firstReportWithin,
    inYear: rules.firstReportYearEvents,
    further: rules.furtherReportEvents,
    ageFrom: rules.ageFrom,
    ageUntil: rules.ageUntil,
    chronicRate: rules.chronicRate,
    firstMonths: rules.firstMonths ?? [],
    priorYear: rules.priorYear ?? [],
    madeUpPerWeek: rules.madeUp?.perWeek ?? 0,
    madeUpPerYear: rules.madeUp?.perYear ?? 0,
    recoveryPosition: rules.recovery?.position ?? 0,
    recoveryFrom: rules.bands[(rules.recovery?.position ?? 0) - 1]?.from ?? 0,
    recoveryDays: rules.recovery?.schoolDays ?? 0,
    recoveryAbsences: rules.recovery?.absences ?? 0,
  };
}

/** The bands of the policy in force, as a statement with `ruleValues` names them. */
export const inForceLines: BandLines = {
  by: ':bandsBy',
  minimumDays: 'CAST(:minimumDays AS integer)',
  from: 'CAST(:lines AS integer[])',
  limits: 'CAST(:limits AS integer[])',
  inclusive: 'CAST(:inclusive AS boolean[])',
};
