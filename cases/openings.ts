import type { Ladder, Opening, TaskRule } from '../policy/ladder.ts';
import { showed } from './attempts.ts';
import { bandPosition } from './bands.ts';
import { beginningStands } from './beginnings.ts';
import { isEarlyWarning, warningStands } from './first-months.ts';
import { isHeldBack } from './holds.ts';
import { isWithoutImprovement } from './improvement.ts';
import { letterWaits } from './notices.ts';
import { droppedBy, isOnPath } from './paths.ts';
import { isPausedByRecovery } from './recovery.ts';
import { readiness } from './readiness.ts';
import { oncePer } from './remembered.ts';
import type { CaseState, TaskState } from './state.ts';
import { fallenReports, isHabitual, mailedOn, reportDue, soundReports } from './truancy.ts';
import { isThisYear } from './year.ts';

/** What an opening asks for now: one task for each item, told apart by what it is about. */
interface Asked {
  ref?: string;
}

/** An opening's name in a task's record: `band:basic`, `reports:2`, `report_due`. */
export function openingKey(opening: Opening): string {
  if (opening.on === 'band') return `band:${opening.band}`;
  if (opening.on === 'reports') return `reports:${opening.count}`;
  if (opening.on === 'no_improvement') {
    const least = opening.absences === undefined ? `rate=${opening.rate}` : `absences=${opening.absences}`;
    return `${opening.on}:${opening.after}:${opening.schoolDays}:${least}`;
  }
  if (opening.on !== 'path') return opening.on;
  return [
    'path',
    opening.path,
    ...(opening.band ? [`band=${opening.band}`] : []),
    ...(opening.reports ? [`reports=${opening.reports}`] : []),
  ].join(':');
}

/** Whether an opening follows from facts, which can go again, rather than from something that was done. */
export function isFact(opening: Opening): boolean {
  return opening.on !== 'attempt_failed' && opening.on !== 'contact_data_wrong';
}

/**
 * Whether each task of an opening is about something of its own: a report, a letter, a recovery. Of any other opening one task a school
 * year is enough.
 */
export function isAboutEach(opening: Opening): boolean {
  switch (opening.on) {
    case 'report_due':
    case 'report_fallen':
    case 'letter_fallen':
    case 'referral_fallen':
    case 'recovered':
      return true;
    case 'case':
    case 'band':
    case 'path':
    case 'reports':
    case 'habitual':
    case 'first_months':
    case 'no_improvement':
    case 'attempt_failed':
    case 'contact_data_wrong':
      return false;
  }
}

/** The tasks that an opening asks for on the facts as they are now, holds left aside. */
export function asks(state: CaseState, ladder: Ladder, opening: Opening): readonly Asked[] {
  if (!beginningStands(state, ladder)) return NOTHING;
  switch (opening.on) {
    case 'case':
      return when(true);
    case 'band':
      return when(reaches(state, ladder, opening.band));
    case 'path':
      return when(
        isOnPath(state, ladder, opening.path) &&
          (opening.band === undefined || reaches(state, ladder, opening.band)) &&
          soundReports(state, ladder).length >= (opening.reports ?? 0),
      );
    case 'report_due': {
      const next = reportDue(state, ladder);
      return next.due ? [{ ref: String(next.ordinal) }] : [];
    }
    case 'reports':
      return when(soundReports(state, ladder).length >= opening.count);
    case 'first_months':
      return when(isEarlyWarning(ladder, state.standing));
    case 'no_improvement':
      return when(isWithoutImprovement(state, ladder, opening));
    case 'habitual':
      return when(isHabitual(state, ladder));
    case 'report_fallen':
      return fallenReports(state, ladder).map((report) => ({ ref: String(report.ordinal) }));
    case 'letter_fallen':
      return state.letters
        .filter((letter) => letter.year === state.schoolYear && letter.lost.length > 0 && mailedOn(state, letter) !== null)
        .map((letter) => ({ ref: letter.document }));
    case 'referral_fallen':
      return state.referrals
        .filter(({ year, ground, on }) => year === state.schoolYear && !readiness(state, ladder, ground, state.day ?? on).ready)
        .map(({ document }) => ({ ref: document }));
    case 'recovered':
      return state.recovery === null ? [] : [{ ref: state.recovery.on }];
    case 'attempt_failed':
    case 'contact_data_wrong':
      return NOTHING;
  }
}

function hasShown(state: CaseState, on: Opening['on']): boolean {
  return state.actions.some((action) => !action.elsewhere && showed(action, on) && isThisYear(state, action.on));
}

const ONE: readonly Asked[] = [{}];
const NOTHING: readonly Asked[] = [];

function when(holds: boolean): readonly Asked[] {
  return holds ? ONE : NOTHING;
}

function reaches(state: CaseState, ladder: Ladder, band: string): boolean {
  return bandPosition(ladder, state.standing) >= (bandsByName(ladder).get(band) ?? -1);
}

const bandsByName = oncePer((ladder: Ladder) => new Map(ladder.bands.map(({ band }, position) => [band, position])));

/** The tasks that may open now: asked for, dropped by no path, not held back, and for a letter, not waiting. */
export function opensNow(state: CaseState, ladder: Ladder, rule: TaskRule, opening: Opening): readonly Asked[] {
  const asked = mayOpen(state, ladder, rule, opening);
  return asked.length && letterWaits(state, ladder, rule).length ? NOTHING : asked;
}

/** The tasks that could open now if no letter had to wait. */
export function mayOpen(state: CaseState, ladder: Ladder, rule: TaskRule, opening: Opening): readonly Asked[] {
  const asked = asks(state, ladder, opening);
  if (asked.length === 0 || state.closed !== null || isHeldBack(state, opening) || droppedBy(state, ladder, rule)) return NOTHING;
  return isPausedByRecovery(state, rule, ladder) ? NOTHING : asked;
}

/** Whether every fact for which an open task was opened is gone. What somebody's call has shown this year is never gone. */
export function lostItsReason(state: CaseState, ladder: Ladder, rule: TaskRule, task: TaskState): boolean {
  const shown = rule.opens.filter((opening) => !isFact(opening));
  if (shown.length === rule.opens.length || shown.some(({ on }) => on === task.why || hasShown(state, on))) return false;
  return !rule.opens.some((opening) =>
    opening.on === 'first_months' && (task.why ?? opening.on) === opening.on
      ? warningStands(ladder, state.standing)
      : asks(state, ladder, opening).some(({ ref }) => ref === undefined || ref === task.ref),
  );
}
