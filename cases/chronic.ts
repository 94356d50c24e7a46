import type { Ladder } from '../policy/ladder.ts';
import { fullDays, mailedOn, conferenceEfforts, letterStands, reportDue, soundReports } from './truancy.ts';
import type { CaseState } from './state.ts';

/** One duty of the district, without which nobody is a chronic truant. */
export interface Duty {
  clause: string;
  status: 'met' | 'missing' | 'not_applicable';
  why: string;
  records: string[];
}

/** The chronic-truant question as a page shows it: never the rate alone, always with what the district itself has done. */
export interface ChronicTruancy {
  /** Final unexcused full days; occasions of more than 30 minutes are none. */
  unexcusedDays: number;
  daysEnrolled: number;
  /** The rate is reached. */
  reached: boolean;
  /** The rate is reached and the district has done its part. */
  stands: boolean;
  duties: Duty[];
}

/**
 * Chronic truant by statute (EC 48263.6): absent without valid excuse on ten per cent or more of the school days from enrollment to now,
 * provided that the district has complied with EC 48260, 48260.5, 48261, 48262, 48263 and 48291. A state that knows no chronic truants has
 * none, and asks nothing.
 */
export function chronicTruancy(state: CaseState, ladder: Ladder): ChronicTruancy {
  const { daysEnrolled = 0 } = state.standing ?? {};
  const unexcusedDays = fullDays(state).length;
  const { chronicTruantRate: rate = ladder.statute.chronicRate } = ladder.statute;
  if (rate === null) return { unexcusedDays, daysEnrolled, reached: false, stands: false, duties: [] };
  const reached = daysEnrolled > 0 && unexcusedDays / daysEnrolled >= rate;
  const duties = dutiesOf(state, ladder);
  return { unexcusedDays, daysEnrolled, reached, stands: reached && duties.every((duty) => duty.status !== 'missing'), duties };
}

function dutiesOf(state: CaseState, ladder: Ladder): Duty[] {
  const reports = soundReports(state, ladder);
  const due = reportDue(state, ladder);
  const mailed = state.letters.filter((letter) => letterStands(state, ladder, letter) && mailedOn(state, letter) !== null);
  const efforts = conferenceEfforts(state, ladder);
  const referral = state.referrals.findLast((r) => r.year === state.schoolYear);
  const filed = reports.map((r) => `report:${r.ordinal}`);
  return [
    duty('EC 48260', reports.length > 0, filed, 'The pupil was reported as a truant.', 'No truancy report stands.'),
    duty(
      'EC 48260.5',
      mailed.length > 0,
      mailed.map((l) => l.document),
      'The parent was notified of the truancy.',
      'No notification of truancy that stands has gone out.',
    ),
    duty('EC 48261', reports.length > 0 && !due.due, filed, 'Each further event was reported.', 'An event waits to be reported.'),
    duty(
      'EC 48262',
      efforts.length > 0,
      efforts.map((a) => a.id),
      'A conference with parent and pupil was held or tried after a report.',
      'No conference with parent and pupil was held or tried after a report.',
    ),
    referral
      ? duty('EC 48263', true, [referral.document], `The pupil was referred on ${referral.on}.`, '')
      : notAsked('EC 48263', 'No referral has been made; the section asks for its notice when one is.'),
    notAsked('EC 48291', 'No investigation has found that the parent violated the chapter.'),
  ];
}

function duty(clause: string, met: boolean, records: string[], done: string, missing: string): Duty {
  return { clause, status: met ? 'met' : 'missing', why: met ? done : missing, records: met ? records : [] };
}

function notAsked(clause: string, why: string): Duty {
  return { clause, status: 'not_applicable', why, records: [] };
}
