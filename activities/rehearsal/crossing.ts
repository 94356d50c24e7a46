import type { PastStanding } from '../../attendance/past/standings.ts';
import type { StandingRules } from '../../attendance/rules.ts';
import { isEarlyWarning } from '../../cases/first-months.ts';
import { standingReports } from '../../cases/index.ts';
import type { Day } from '../../cases/actions.ts';
import type { CaseState } from '../../cases/state.ts';

/** What a student's crossings were last told as, as `case_watch` keeps it. */
export interface Watch {
  band: number;
  due: boolean;
}

/**
 * Whether a change of a standing wakes the case: the rule of `attendance/crossings.ts`, for one student, where nothing is corrected, held
 * or merged.
 */
export function crossing(
  rules: StandingRules,
  state: CaseState,
  given: {
    now: PastStanding;
    before: PastStanding | null;
    truancy: Day[];
    truancyBefore: Day[];
    watch: Watch;
    /** Whether so many full days as a letter waits for have come together, or have not any more. */
    fullDaysCrossed: boolean;
  },
): { wakes: boolean; watch: Watch } {
  const { before, watch } = given;
  const now = isEarlyWarning(rules, given.now) ? { ...given.now, band: Math.max(2, given.now.band) } : given.now;
  const open = state.student !== null;
  const reports = standingReports(state);
  const served = new Set(reports.flatMap(({ events }) => events));
  const due = (truancy: Day[]): boolean => {
    const standing = new Set(truancy);
    const relied = reports.some(({ events }) => events.filter((day) => standing.has(day)).length >= rules.firstReportEvents);
    const needed = relied ? rules.furtherReportEvents : rules.firstReportEvents;
    const unserved = truancy.filter((day) => !served.has(day));
    if (rules.firstReportWithin === null || unserved.length >= rules.firstReportYearEvents) return unserved.length >= needed;
    return unserved.some((day) => unserved.filter((other) => other.slice(0, 7) === day.slice(0, 7)).length >= needed);
  };
  const isDue = due(given.truancy);
  const wasDue = open ? due(given.truancyBefore) : watch.due;
  const of = (age: number): boolean => age >= rules.ageUntil;
  const band = now.band !== watch.band && Math.max(now.band, watch.band) >= 2;
  const recovery = (now.recoveredOn !== null) !== ((before?.recoveredOn ?? null) !== null);
  const situation = before !== null && (now.flags.join() !== before.flags.join() || of(now.age) !== of(before.age));
  const departure = JSON.stringify(now.departed) !== JSON.stringify(before?.departed ?? null);
  // Last year's attendance begins a case by itself where the policy has a path for it.
  const risk = !open && (rules.priorYear ?? []).some((flag) => now.flags.includes(flag) && !before?.flags.includes(flag));
  const wakes = band || risk || isDue !== wasDue || recovery || (open && (situation || departure || given.fullDaysCrossed));
  const differs = now.band !== watch.band || isDue !== watch.due;
  return { wakes, watch: wakes || differs ? { band: now.band, due: isDue } : watch };
}
