import type { Ladder } from '../policy/ladder.ts';
import type { Day } from './actions.ts';
import type { CaseState, DocumentedAction, TruancyReport } from './state.ts';

/** Reports that count: filed and not withdrawn. */
export function standingReports(state: CaseState): TruancyReport[] {
  return state.reports.filter((report) => !report.withdrawn);
}

/** Final truancy events that no standing report has used (an event serves one report). */
export function unservedEvents(state: CaseState): Day[] {
  const served = new Set(standingReports(state).flatMap((report) => report.events));
  return (state.standing?.truancy ?? []).filter((day) => !served.has(day));
}

/**
 * Whether a truancy report is due, and on which events. The first needs the statute's number of events, each further one the next
 * event (EC 48260, 48261). The ordinal counts withdrawn reports too: they keep their number.
 */
export function reportDue(state: CaseState, ladder: Ladder): { due: boolean; ordinal: number; events: Day[] } {
  const events = unservedEvents(state);
  return { due: events.length >= eventsNeeded(state, ladder), ordinal: state.reports.length + 1, events };
}

export function eventsNeeded(state: CaseState, ladder: Ladder): number {
  return standingReports(state).length === 0 ? ladder.statute.firstReportEvents : ladder.statute.furtherReportEvents;
}

/**
 * Conferences with parent and pupil, held or tried, after a standing report that the statute names (EC 48262: report 1 or 2). Dates
 * decide; on the filing day itself, the order of the record does.
 */
export function conferenceEfforts(state: CaseState, ladder: Ladder): DocumentedAction[] {
  const reports = standingReports(state).filter((report) => ladder.statute.conferenceAfterReports.includes(report.ordinal));
  return state.actions.filter(
    (action) =>
      action.kind === 'conference' &&
      !action.superseded &&
      action.details.outcome !== 'cancelled' &&
      action.details.invited.includes('parent') &&
      action.details.invited.includes('pupil') &&
      reports.some((report) => action.on > report.on || (action.on === report.on && action.seq > report.seq)),
  );
}

/** Habitual truant by statute (EC 48262): enough standing reports, and a conference effort in the right order. */
export function isHabitual(state: CaseState, ladder: Ladder): boolean {
  return standingReports(state).length >= ladder.statute.habitualReports && conferenceEfforts(state, ladder).length > 0;
}
