import type { Band, Ladder, Opening } from '../policy/ladder.ts';
import type { Day } from './actions.ts';
import { bandOf } from './bands.ts';
import { beginningStands } from './beginnings.ts';
import { openingOf } from './carried.ts';
import { phaseOf } from './episodes.ts';
import { chronicTruancy } from './chronic.ts';
import { holdsOf, holdSentence } from './holds.ts';
import { pathLines } from './paths.ts';
import { addressee, queued } from './queued.ts';
import { OF_AGE } from './rights.ts';
import type { CaseState, TaskState } from './state.ts';
import { eventsAsked, isHabitual, reportDue, soundReports } from './truancy.ts';
import { lawOf, titleOf } from './wording.ts';
import { isThisYear, reportsThisYear, tasksThisYear } from './year.ts';

/** A number of a sentence, by the name under which its rows are listed. */
export interface DrillNumber {
  number: string;
  value: number;
}

/** One sentence of the answer to "why is this case here?". */
export interface Reason {
  /** What it explains: `case`, `policy`, `band`, `truancy`, `report:2`, `task:sst#1`, `hold`, `path:foster`, `letter:letter-2`, `phase`. */
  about: string;
  text: string;
  /** The policy's clause or the section of law behind it; null where it is a plain fact. */
  clause: string | null;
  numbers: DrillNumber[];
}

/**
 * Why a case is here: its opening, its band, its events and reports, each open task, what waits and what holds it, in sentences with
 * dates, codes and clause. Every number in them can be drilled down to the rows that sum to it.
 * @param codes the attendance code of each day, where the reader has them
 */
export function explain(state: CaseState, ladder: Ladder, codes: ReadonlyMap<Day, string> = new Map()): Reason[] {
  const days = (list: readonly Day[]): string => list.map((day) => (codes.has(day) ? `${day} (${codes.get(day)})` : day)).join(', ');
  return [
    ...opening(state, ladder),
    ...migrated(state),
    ...band(state, ladder),
    ...truancy(state, ladder, days),
    ...reports(state, ladder, days),
    ...tasks(state, ladder),
    ...queued(state, ladder).map(({ task, title, waits }) =>
      plain(`letter:${task}`, `“${title}” waits: ${waits.map(({ text }) => text).join(' ')}`, clauseOf(ladder, task)),
    ),
    ...pathLines(state, ladder).map(({ path, title, clause, text }) => plain(`path:${path}`, `${title}. ${text}`.trim(), clause)),
    ...ofAge(state),
    ...elsewhere(state),
    ...holdsOf(state).map((hold) => plain('hold', holdSentence(hold), null)),
  ];
}

/** Whose the rights are, once the student is of age. */
function ofAge(state: CaseState): Reason[] {
  if ((state.standing?.age ?? 0) < OF_AGE) return [];
  return [
    plain(
      'rights',
      `The student is ${state.standing?.age}: the rights are the student’s own, and letters go to ${addressee(state)}.`,
      '34 CFR 99.5',
    ),
  ];
}

/** How much of this year's record Rollbook has not witnessed. */
function elsewhere(state: CaseState): Reason[] {
  const steps = [
    ...state.reports.filter((r) => r.elsewhere && r.year === state.schoolYear),
    ...state.actions.filter((a) => a.elsewhere && isThisYear(state, a.on)),
  ];
  const [first, ...more] = steps.map(({ on }) => on).sort();
  if (first === undefined) return [];
  const when = more.length ? `from ${first} to ${more.at(-1)}` : `of ${first}`;
  return [
    plain(
      'elsewhere',
      `${steps.length} step${more.length ? 's' : ''} ${when} ${more.length ? 'are' : 'is'} recorded elsewhere: brought in from files, not witnessed by Rollbook.`,
      null,
    ),
  ];
}

const BEGAN: Record<string, string> = {
  crossing: 'attendance passed a line of the policy',
  action: 'somebody documented an action',
  by_hand: 'somebody opened it by hand, with a reason',
  elsewhere: 'steps that were taken before the school was on Rollbook were brought in',
};

function opening(state: CaseState, ladder: Ladder): Reason[] {
  const { opened, closed, recovery, relapsedOn, episode } = state;
  const reasons = opened ? [plain('case', `The case was opened on ${opened.on}: ${BEGAN[opened.why] ?? opened.why}.`, null)] : [];
  if (!beginningStands(state, ladder))
    reasons.push(plain('case', 'That was corrected since, and nobody had acted on it: nothing is asked any more.', null));
  if (closed) reasons.push(plain('phase', `It is closed: the student left on ${closed.on} (${closed.why.replaceAll('_', ' ')}).`, null));
  else if (recovery) reasons.push(plain('phase', `Attendance has met the rule of recovery since ${recovery.on}: ${phaseOf(state)}.`, null));
  else if (relapsedOn) reasons.push(plain('phase', `It was reopened on ${relapsedOn}: the rule of recovery is met no more.`, null));
  else if (episode > 1) reasons.push(plain('phase', `The student came back: this is episode ${episode} of the case.`, null));
  return reasons;
}

/** On which version of the policy the case is, once it has been moved. */
function migrated({ migrations = [] }: CaseState): Reason[] {
  return migrations
    .slice(-1)
    .map(({ from, to, on, role, seq }) =>
      plain(
        'policy',
        `The case has been on ${to.id} version ${to.version} since ${on}: the ${role.replaceAll('_', ' ')} moved it from ${from.id === to.id ? '' : `${from.id} `}version ${from.version}, with the reason in entry ${seq} of its record.`,
        null,
      ),
    );
}

function band(state: CaseState, ladder: Ladder): Reason[] {
  const { standing } = state;
  if (!standing) return [];
  const { absences, excused, unexcused, unverified, daysEnrolled, asOf } = standing;
  const here = bandOf(ladder, standing);
  const range = here ? `the band ${here.name} (${reach(here)})` : 'below the first band';
  return [
    {
      about: 'band',
      text: `Absence ladder, as of ${asOf}: ${absences} of ${daysEnrolled} school days absent (${excused} excused, ${unexcused} unexcused, ${unverified} unverified): ${range}.`,
      clause: null,
      numbers: [
        { number: 'absences', value: absences },
        { number: 'excused', value: excused },
        { number: 'unexcused', value: unexcused },
        { number: 'unverified', value: unverified },
        { number: 'days_enrolled', value: daysEnrolled },
      ],
    },
  ];
}

/** What a band reaches, in absences, in attendance, or both. */
function reach({ from, to, limit }: Band): string {
  const counted = from === null ? [] : [to === null ? `${from} and more` : `${from} to ${to}`];
  const rated = limit ? [`attendance ${limit.inclusive ? 'of at most' : 'below'} ${limit.perMille / 10} %`] : [];
  return [...counted, ...rated].join('; ') || 'from the first absence';
}

function truancy(state: CaseState, ladder: Ladder, days: (list: readonly Day[]) => string): Reason[] {
  const { standing } = state;
  if (!standing || standing.truancy.length + standing.pending.length === 0) return [];
  const { truancy: events, pending } = standing;
  const reasons: Reason[] = [
    {
      about: 'truancy',
      text:
        `Truancy track, as of ${standing.asOf}: ${events.length} unexcused event${events.length === 1 ? '' : 's'} whose clearing window has ended${events.length ? `: ${days(events)}` : ''}; ` +
        `${pending.length} can still be cleared.`,
      clause: lawOf(ladder, 'truancy'),
      numbers: [
        { number: 'truancy', value: events.length },
        { number: 'pending', value: pending.length },
      ],
    },
  ];
  const due = reportDue(state, ladder);
  if (due.due)
    reasons.push({
      about: `report:${due.ordinal}`,
      text: `Report ${due.ordinal} is due: ${due.events.length} event${due.events.length === 1 ? '' : 's'} that no report has used, and it needs ${eventsAsked(state, ladder)}: ${days(due.events)}.`,
      clause: lawOf(ladder, due.ordinal === 1 ? 'truancy' : 'again'),
      numbers: [],
    });
  if (isHabitual(state, ladder))
    reasons.push(
      plain(
        'truancy',
        `${soundReports(state, ladder).length} reports stand and a conference was held or tried: habitual truant.`,
        lawOf(ladder, 'habitual'),
      ),
    );
  const chronic = chronicTruancy(state, ladder);
  if (chronic.reached) {
    const missing = chronic.duties.filter((duty) => duty.status === 'missing');
    reasons.push(
      plain(
        'truancy',
        `${chronic.unexcusedDays} of ${chronic.daysEnrolled} school days were missed without valid excuse. ${missing.length ? `Not a chronic truant, since the district has not done its part: ${missing.map((duty) => `${duty.clause}: ${duty.why}`).join(' ')}` : 'The district has done its part: chronic truant.'}`,
        lawOf(ladder, 'chronicTruancy'),
      ),
    );
  }
  return reasons;
}

function reports(state: CaseState, ladder: Ladder, days: (list: readonly Day[]) => string): Reason[] {
  const sound = soundReports(state, ladder);
  return reportsThisYear(state).map((report): Reason => {
    const fate = report.withdrawn
      ? ' It was withdrawn and counts no more.'
      : sound.includes(report)
        ? ''
        : ' It may no longer be relied upon and waits to be withdrawn.';
    const lost = report.lost.length ? ` No longer standing: ${days(report.lost)}.` : '';
    return {
      about: `report:${report.ordinal}`,
      text: `Report ${report.ordinal} was filed on ${report.on} with the ${report.filedWith.replaceAll('_', ' ')}${report.elsewhere ? ', as recorded elsewhere' : ''}, on ${report.events.length} event${report.events.length === 1 ? '' : 's'}: ${days(report.events)}.${lost}${fate}`,
      clause: lawOf(ladder, report.ordinal === 1 ? 'truancy' : 'again'),
      numbers: [{ number: `report:${report.ordinal}`, value: report.events.length }],
    };
  });
}

function tasks(state: CaseState, ladder: Ladder): Reason[] {
  return tasksThisYear(state)
    .filter((task) => task.status === 'open')
    .map((task) =>
      plain(
        `task:${task.task}#${task.round}`,
        `“${titleOf(ladder, task.task)}” is open since ${task.openedOn}${because(ladder, task)}; due ${task.due.on ?? 'when school resumes'}.`,
        clauseOf(ladder, task.task),
      ),
    );
}

/** The fact that opened a task, in words. */
function because(ladder: Ladder, { why, ref, openedOn }: TaskState): string {
  if (why === undefined) return '';
  const [on = '', of = ''] = why.split(':');
  switch (on) {
    case 'case':
      return ', since the case began';
    case 'band': {
      const reached = ladder.bands.find((b) => b.band === of);
      return `, since absences had reached the band ${reached?.name ?? of}${reached ? ` (${reach(reached)})` : ''}`;
    }
    case 'reports':
      return `, since ${of} truancy report${of === '1' ? ' stands' : 's stand'}`;
    case 'report_due':
      return `, since report ${ref ?? ''} is due`;
    case 'habitual':
      return ', since the pupil is a habitual truant';
    case 'first_months':
      return ', since absences of the first months of school were an early warning';
    case 'no_improvement':
      return `, since ${noImprovement(ladder, why)}`;
    case 'attempt_failed':
      return `, since an attempt of ${openedOn} reached nobody`;
    case 'contact_data_wrong':
      return `, since an attempt of ${openedOn} met wrong contact data`;
    case 'report_fallen':
      return `, since report ${ref ?? ''} may no longer be relied upon`;
    case 'letter_fallen':
      return ', since days that a mailed letter names no longer stand';
    case 'referral_fallen':
      return ', since the referral rests on what no longer stands';
    case 'path':
      return `, since the case is on the path “${titleOf(ladder, `path:${of}`)}”`;
    case 'recovered':
      return `, since attendance has met the rule of recovery since ${ref ?? openedOn}`;
    default:
      return ', since its last round was done';
  }
}

/** The line of an opening of no improvement, read from its key. */
function noImprovement(ladder: Ladder, key: string): string {
  const { after, schoolDays, absences, rate = 0 } = openingOf(key) as Extract<Opening, { on: 'no_improvement' }>;
  const line = absences === undefined ? `${Number((rate * 100).toFixed(1))} % or more` : `${absences} or more`;
  return `${schoolDays} school days after “${titleOf(ladder, after)}” ${line} of the school days since then had been missed`;
}

function clauseOf(ladder: Ladder, key: string): string | null {
  return ladder.wording?.[key]?.clause ?? null;
}

function plain(about: string, text: string, clause: string | null): Reason {
  return { about, text, clause, numbers: [] };
}
