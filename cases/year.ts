import type { Day } from './actions.ts';
import { remembered } from './remembered.ts';
import type { CaseState, TaskState, TruancyReport } from './state.ts';

/** First day of a school year named by its two calendar years: 1 July (EC 37200). */
export function schoolYearBegins(schoolYear: string): Day {
  return `${schoolYear.slice(0, 4)}-07-01`;
}

/** Whether a day lies in the school year that the case is in. Before a case has a year, every day does. */
export function isThisYear(state: CaseState, day: Day): boolean {
  if (state.schoolYear === null) return true;
  const begins = schoolYearBegins(state.schoolYear);
  return day >= begins && day < `${Number(begins.slice(0, 4)) + 1}${begins.slice(4)}`;
}

/** Tasks of the present school year: opened in it, or carried into it. */
export function tasksThisYear(state: CaseState): TaskState[] {
  return state.tasks.filter((task) => task.year === state.schoolYear);
}

/** Truancy reports filed in the present school year, by their numbers, withdrawn ones included: the statute counts "in one school year" (EC 48260). */
export function reportsThisYear({ reports, schoolYear }: CaseState): TruancyReport[] {
  return reportsOf(reports, schoolYear);
}

const reportsOf = remembered((reports: TruancyReport[], year: string | null) =>
  reports.filter((report) => report.year === year).toSorted((a, b) => a.ordinal - b.ordinal),
);
