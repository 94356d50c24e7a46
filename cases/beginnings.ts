import type { Ladder } from '../policy/ladder.ts';
import type { PRIOR_YEAR_FLAGS } from '../policy/vocabulary.ts';
import { bandPosition } from './bands.ts';
import type { Standing } from './events.ts';
import { isEarlyWarning, warningStands } from './first-months.ts';
import { remembered } from './remembered.ts';
import type { CaseState } from './state.ts';
import { reportDue } from './truancy.ts';
import { isThisYear } from './year.ts';

/**
 * The line that a standing has crossed and that begins a case: the second band or a later one, a report that is due, an early warning, a
 * recovery, last year's attendance where the policy has a path for it, a record that was merged. Null where it has crossed none.
 * @param state a case to which nothing but this standing has been told, or the case that began with one
 */
export function crossingOf(state: CaseState, ladder: Ladder, standing: Standing): string | null {
  const band = ladder.bands[bandPosition(ladder, standing)];
  if (band && band !== ladder.bands[0]) return `band:${band.band}`;
  if (reportDue({ ...state, standing, schoolYear: standing.schoolYear }, ladder).due) return 'report_due';
  if (isEarlyWarning(ladder, standing)) return EARLY_WARNING;
  if ((standing.recoveredOn ?? null) !== null) return 'recovered';
  const flags = (standing.flags ?? []).filter((flag) => flag in OF_LAST_YEAR);
  if (ladder.paths?.some((path) => path.flags?.some((flag) => flags.includes(flag)))) return 'prior_year';
  return standing.joined?.length ? 'merged' : null;
}

const EARLY_WARNING = 'first_months';

/** What is told of last year's attendance: each of these, as the compiler sees to. */
const OF_LAST_YEAR: Record<(typeof PRIOR_YEAR_FLAGS)[number], true> = { chronic_last_year: true, severe_last_year: true };

/**
 * Whether what the case began for still stands. A case that a crossing began and on which nobody has done anything asks for nothing once a
 * correction has taken the crossing back: had the attendance come right at first, there would be no case. What somebody has done, here or
 * elsewhere, keeps it; so does a school year that has begun since.
 */
export const beginningStands = remembered((state: CaseState, ladder: Ladder): boolean => {
  const { opened, standing } = state;
  if (opened?.crossed === undefined || standing === null || !isThisYear(state, opened.on) || isActedOn(state)) return true;
  const warned = opened.crossed === EARLY_WARNING || state.tasks.some(({ why }) => why === EARLY_WARNING);
  if (warned && warningStands(ladder, standing)) return true;
  return crossingOf(state, ladder, standing) !== null;
});

function isActedOn({ actions, reports, letters, referrals, justifications, migrations = [], tasks }: CaseState): boolean {
  const records = [actions, reports, letters, referrals, justifications, migrations];
  return records.some(({ length }) => length > 0) || tasks.some(({ status }) => status === 'unavailable');
}
