import type { Ladder } from '../policy/ladder.ts';
import type { Ground } from '../policy/vocabulary.ts';
import type { Day } from './actions.ts';
import type { CaseState, DocumentedAction, LetterState, TruancyReport } from './state.ts';
import { reportsElsewhere } from './merged.ts';
import { remembered } from './remembered.ts';
import { isThisYear, reportsThisYear } from './year.ts';

/** Reports of this school year that were not withdrawn. Whether each may still be relied upon, `soundReports` says. */
export function standingReports(state: CaseState): TruancyReport[] {
  return standing(reportsThisYear(state));
}

const standing = remembered((reports: TruancyReport[]) => reports.filter((report) => !report.withdrawn));

/**
 * Standing reports that were allowed, given what stands now: each is tested again, in the order of their numbers, on the events of it
 * that still stand, after the sound ones before it (the first needs three, each further one, EC 48260, 48261). Only these are relied
 * upon; the others a person is asked to withdraw.
 */
export function soundReports(state: CaseState, ladder: Ladder): TruancyReport[] {
  return soundAmong(standingReports(state), reportsElsewhere(state).length, ladder);
}

const soundAmong = remembered((reports: TruancyReport[], elsewhere: number, ladder: Ladder): TruancyReport[] => {
  const sound: TruancyReport[] = [];
  for (const report of reports) {
    const standing = report.lost.length ? report.events.filter((day) => !report.lost.includes(day)) : report.events;
    if (areEnough(standing, elsewhere + sound.length, ladder)) sound.push(report);
  }
  return sound;
});

/** Standing reports that nobody may rely on any more: their basis fell, or a report before them did. */
export function fallenReports(state: CaseState, ladder: Ladder): TruancyReport[] {
  const sound = soundReports(state, ladder);
  const reports = standingReports(state);
  return sound.length === reports.length ? [] : reports.filter((report) => !sound.includes(report));
}

/** Final truancy events of this school year that are full days: not mere occasions of being late or gone. */
export function fullDays({ standing }: CaseState): Day[] {
  const { truancy = [], occasions = [] } = standing ?? {};
  return truancy.filter((day) => !occasions.includes(day));
}

/** Final truancy events that no standing report has used (an event serves one report). */
export function unservedEvents(state: CaseState): Day[] {
  return unserved(state.standing, standingReports(state), reportsElsewhere(state));
}

const unserved = remembered((told: CaseState['standing'], here: TruancyReport[], elsewhere: { events: Day[] }[]): Day[] => {
  const served = new Set([...here, ...elsewhere].flatMap((report) => report.events));
  return (told?.truancy ?? []).filter((day) => !served.has(day));
});

/**
 * Whether a truancy report is due, and on which events. The first needs the statute's number of events, each further one the next
 * event (EC 48260, 48261). The ordinal follows the highest there is, withdrawn reports too: they keep their number. It starts anew with
 * each school year.
 */
export function reportDue(state: CaseState, ladder: Ladder): { due: boolean; ordinal: number; events: Day[] } {
  const events = unservedEvents(state);
  const ordinal = Math.max(0, ...reportsThisYear(state).map((report) => report.ordinal)) + 1;
  return { due: mayReport(state, ladder, events), ordinal, events };
}

/** Whether the statute allows another report on these events. */
export function mayReport(state: CaseState, ladder: Ladder, events: readonly Day[]): boolean {
  return areEnough(events, reportsBefore(state, ladder), ladder);
}

/** What the statute asks of the next report, in words; null where there is none after the first. */
export function eventsAsked(state: CaseState, ladder: Ladder): string | null {
  const { firstReportEvents: first, firstReportWithin, firstReportYearEvents: year, furtherReportEvents: further } = ladder.statute;
  if (reportsBefore(state, ladder) > 0) return further === null ? null : plural(further);
  return firstReportWithin === undefined
    ? plural(first)
    : `${plural(first)} in one month${year === undefined ? '' : ` or ${year} in the school year`}`;
}

function plural(events: number): string {
  return `${events} event${events === 1 ? '' : 's'}`;
}

function reportsBefore(state: CaseState, ladder: Ladder): number {
  return reportsElsewhere(state).length + soundReports(state, ladder).length;
}

function areEnough(events: readonly Day[], before: number, { statute }: Ladder): boolean {
  const { firstReportEvents: first, firstReportWithin, firstReportYearEvents: year, furtherReportEvents: further } = statute;
  if (before > 0) return further !== null && events.length >= further;
  if (firstReportWithin === undefined) return events.length >= first;
  if (year !== undefined && events.length >= year) return true;
  const inMonth = new Map<string, number>();
  for (const day of events) inMonth.set(day.slice(0, 7), (inMonth.get(day.slice(0, 7)) ?? 0) + 1);
  return [...inMonth.values()].some((count) => count >= first);
}

/**
 * Conferences with parent and pupil, held or tried, after one of the reports that the statute names (EC 48262: the first or the second
 * that stands). Dates decide; on the filing day itself, the order of the record does, unless one of the two is known from elsewhere only.
 */
export function conferenceEfforts(state: CaseState, ladder: Ladder): DocumentedAction[] {
  const reports = soundReports(state, ladder).filter((_, n) => ladder.statute.conferenceAfterReports.includes(n + 1));
  return state.actions.filter(
    (action) =>
      action.kind === 'conference' &&
      !action.superseded &&
      action.details.outcome !== 'cancelled' &&
      action.details.invited.includes('parent') &&
      action.details.invited.includes('pupil') &&
      isThisYear(state, action.on) &&
      reports.some((report) => action.on > report.on || (action.on === report.on && inOrder(report, action))),
  );
}

/** Whether two things of one day stand in this order in the record: of what was recorded elsewhere nobody can say. */
function inOrder(first: { seq: number; elsewhere?: unknown }, then: { seq: number; elsewhere?: unknown }): boolean {
  return !first.elsewhere && !then.elsewhere && then.seq > first.seq;
}

/** Habitual truant by statute (EC 48262): enough sound reports, and a conference effort in the right order. */
export function isHabitual(state: CaseState, ladder: Ladder): boolean {
  const { habitualReports } = ladder.statute;
  return habitualReports !== null && reportsBefore(state, ladder) >= habitualReports && conferenceEfforts(state, ladder).length > 0;
}

/** Whether a ground for a referral stands by the statute's definition of it. A truant (CGS 10-198a) is one whom a report that stands names. */
export function groundStands(state: CaseState, ladder: Ladder, ground: Ground): boolean {
  switch (ground) {
    case 'habitual_truant':
      return isHabitual(state, ladder);
    case 'truant':
      return reportsBefore(state, ladder) > 0;
    case 'chronic_absentee': {
      const { absences = 0, daysEnrolled = 0 } = state.standing ?? {};
      return daysEnrolled > 0 && absences / daysEnrolled >= ladder.statute.chronicRate;
    }
  }
}

/** When a letter was mailed; null while it has not been. */
export function mailedOn(state: CaseState, letter: LetterState): Day | null {
  if (letter.elsewhere) return state.actions.some((a) => a.id === letter.document && !a.superseded) ? letter.on : null;
  const mailings = state.actions.filter(
    (a) => a.kind === 'letter_mailed' && !a.superseded && a.details.letter === letter.letter && a.seq > letter.seq,
  );
  // A letter that was approved again was mailed after that, not before.
  const next = state.letters.find((l) => l.letter === letter.letter && l.seq > letter.seq);
  return mailings.find((a) => next === undefined || a.seq < next.seq)?.on ?? null;
}

/** Whether later steps may rely on a letter: enough of the reports it rests on are sound. */
export function letterStands(state: CaseState, ladder: Ladder, letter: LetterState): boolean {
  const rule = ladder.tasks.find((r) => 'letter' in r.evidence && r.evidence.letter === letter.letter);
  const sound = soundReports(state, ladder).filter((report) => letter.reports.includes(report.ordinal));
  return letter.year === state.schoolYear && sound.length >= (rule?.reports ?? 1);
}
