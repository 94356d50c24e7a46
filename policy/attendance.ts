import { parse } from 'yaml';
import { daysPolicy, type DaysPolicy } from './days.ts';
import { midYearPolicy, type MidYearPolicy } from './mid-year.ts';
import { submissionsPolicy, type SubmissionsPolicy } from './submissions.ts';
import { yearEndPolicy, type YearEndPolicy } from './year-end.ts';

/** What a policy document says about attendance beyond its ladder. */
export interface AttendancePolicy {
  /** Id of the state's profile. */
  state: string;
  /** Days enrolled below which a rate means nothing yet. */
  minimumDays: number;
  days: DaysPolicy;
  submissions: SubmissionsPolicy;
  midYear: MidYearPolicy;
  yearEnd: YearEndPolicy;
  /** School days after the return in which an absence can still be cleared; null when the document does not say. */
  clearing: number | null;
  /** What an absence is that is still unverified when its window ends: a truancy event, or none. */
  unverified: 'unexcused' | 'not_counted';
  /** Who has recovered: from this band on, after so many school days at this attendance or better; null when the document knows none. */
  recovery: { from: string; schoolDays: number; attendance: number } | null;
}

interface Part {
  state?: string;
  minimumDays?: number;
  days?: unknown;
  submissions?: unknown;
  midYear?: unknown;
  yearEnd?: unknown;
  absenceList?: { clearing?: unknown; unverified?: unknown };
  recovery?: AttendancePolicy['recovery'];
}

/**
 * Reads a document that was checked when it was loaded. Where it is silent, and where there is none, the statute and the defaults speak.
 * @param document YAML; null where no policy is in force
 */
export function attendancePolicy(document: string | null): AttendancePolicy {
  const { state, minimumDays, days, submissions, midYear, yearEnd, absenceList, recovery } = ((document === null
    ? null
    : parse(document)) ?? {}) as Part;
  return {
    state: state ?? 'california',
    minimumDays: minimumDays ?? 30,
    days: daysPolicy.parse(days),
    submissions: submissionsPolicy.parse(submissions),
    midYear: midYearPolicy.parse(midYear),
    yearEnd: yearEndPolicy.parse(yearEnd),
    clearing: typeof absenceList?.clearing === 'number' ? absenceList.clearing : null,
    unverified: absenceList?.unverified === 'not_counted' ? 'not_counted' : 'unexcused',
    recovery: recovery ?? null,
  };
}
