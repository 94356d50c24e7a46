import type { z } from 'zod';
import { bandOf, chronicTruancy, isHabitual, reportDue, soundReports, standingReports } from '../../cases/index.ts';
import type { CaseState } from '../../cases/state.ts';
import type { Standing } from '../../cases/events.ts';
import type { Ladder } from '../../policy/ladder.ts';
import type { AttendanceRow } from '../../store/read/attendance-rows.ts';
import type { standing as contract } from '../contracts/case.ts';

/**
 * Both clocks of a student, never mixed (house rule 6): each says which it is, as of when, and lists the days that sum to it.
 * @param state the case with this standing noted
 * @param judged whether the case itself has taken note of it yet
 */
export function viewStanding(
  state: CaseState,
  standing: Standing,
  ladder: Ladder,
  rows: AttendanceRow[],
  judged: boolean,
): z.input<typeof contract> {
  const { version, asOf, schoolYear, school, age, absences, excused, unexcused, unverified, daysEnrolled } = standing;
  const servedBy = new Map(standingReports(state).flatMap(({ ordinal, events }) => events.map((day) => [day, ordinal] as const)));
  return {
    asOf,
    version,
    judged,
    schoolYear,
    school,
    age,
    absenceLadder: {
      clock: 'absence ladder',
      asOf,
      absences,
      excused,
      unexcused,
      unverified,
      daysEnrolled,
      rate: daysEnrolled === 0 ? null : absences / daysEnrolled,
      band: bandOf(ladder, standing),
      rows,
    },
    truancyTrack: {
      clock: 'truancy track',
      asOf,
      events: standing.truancy.map((day) => ({ day, report: servedBy.get(day) ?? null })),
      pending: standing.pending,
      reportDue: reportDue(state, ladder),
      reportsStanding: soundReports(state, ladder).length,
      habitualTruant: isHabitual(state, ladder),
      chronicTruant: chronicTruancy(state, ladder),
    },
  };
}
