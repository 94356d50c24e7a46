import type { CaseEvent, EventBodies } from './events.ts';
import type { Action, Day } from './actions.ts';
import { copyOf, put } from './next-state.ts';
import type { CaseState, DocumentedAction, TaskState, TruancyReport } from './state.ts';

/** How many applied command ids a case carries; PostgreSQL keeps the outcome of every command, so this only saves it a question. */
const APPLIED_KEPT = 200;

/** A case to which nothing has happened. */
export function emptyCase(caseId: string): CaseState {
  return {
    schema: 2,
    caseId,
    seq: 0,
    at: null,
    day: null,
    student: null,
    school: null,
    schoolYear: null,
    policy: null,
    standing: null,
    tasks: [],
    actions: [],
    reports: [],
    letters: [],
    justifications: [],
    referrals: [],
    waits: [],
    opened: null,
    episode: 1,
    closed: null,
    recovery: null,
    relapsedOn: null,
    applied: [],
  };
}

/** The state after all these events, in order. */
export function fold(caseId: string, events: CaseEvent[]): CaseState {
  return events.reduce(evolve, emptyCase(caseId));
}

/** The state after one more event. Never mutates its argument; every event type is listed. */
export function evolve(before: CaseState, event: CaseEvent): CaseState {
  const state = put(copyOf(before), { seq: event.seq, at: event.at, day: event.day });
  if (event.actor.role !== 'system' && state.applied.at(-1) !== event.cause)
    state.applied = [...state.applied, event.cause].slice(-APPLIED_KEPT);
  switch (event.type) {
    case 'case_opened': {
      const { student, school, schoolYear, policy, why, crossed } = event.body;
      const opened = { on: event.day, why, ...(crossed === undefined ? {} : { crossed }) };
      return put(state, { student, school, schoolYear, policy, opened });
    }
    case 'standing_noted': {
      const { standing } = event.body;
      // Cases of before `year_begun` was told moved on with their standing.
      const schoolYear = state.schoolYear !== null && state.schoolYear > standing.schoolYear ? state.schoolYear : standing.schoolYear;
      return put(state, { standing, school: standing.school, schoolYear });
    }
    case 'record_merged':
      return put(state, { merges: [...(state.merges ?? []), event.body] });
    case 'record_parted':
      return put(state, { merges: (state.merges ?? []).filter(({ merge }) => merge !== event.body.merge) });
    case 'year_begun':
      return put(state, { schoolYear: event.body.schoolYear, waits: [], recovery: null, relapsedOn: null });
    case 'task_opened': {
      const { task, round, due, ref, why } = event.body;
      const opened: TaskState = {
        task,
        round,
        openedOn: event.day,
        openedSeq: event.seq,
        due,
        status: 'open',
        evidence: [],
        lapsed: false,
        year: state.schoolYear ?? '',
      };
      if (ref !== undefined) opened.ref = ref;
      if (why !== undefined) opened.why = why;
      return put(state, { tasks: [...state.tasks, opened] });
    }
    case 'task_completed':
      return withTask(state, event.body, { status: 'done', evidence: event.body.evidence });
    case 'task_unavailable':
      return withTask(state, event.body, { status: 'unavailable', evidence: [event.cause] });
    case 'task_withdrawn':
      return withTask(state, event.body, { status: 'withdrawn', withdrawn: event.body.because ?? 'fact_gone' });
    case 'task_reopened': {
      const { due, why } = event.body;
      return withTask(state, event.body, { status: 'open', evidence: [], due, lapsed: false, ...(why === undefined ? {} : { why }) });
    }
    case 'case_closed':
      return put(state, { closed: { why: event.body.why, on: event.body.on }, recovery: null });
    case 'case_reopened':
      return put(state, { closed: null, episode: event.body.episode });
    case 'recovery_began':
      return put(state, { recovery: { on: event.body.on, stage: 'monitoring' } });
    case 'recovered':
      return put(state, { recovery: { on: event.body.on, stage: 'recovered' } });
    case 'relapsed':
      return put(state, { recovery: null, relapsedOn: event.day });
    case 'task_paused':
      return withTask(state, event.body, { status: 'paused' });
    case 'wait_began':
      return put(state, { waits: [...state.waits, { ...event.body, ended: false }] });
    case 'wait_ended': {
      const { what, after } = event.body;
      return put(state, { waits: state.waits.map((w) => (w.what === what && w.after === after ? { ...w, ended: true } : w)) });
    }
    case 'task_carried': {
      const { due } = event.body;
      return withTask(state, event.body, { year: state.schoolYear ?? '', ...(due === null ? {} : { due, lapsed: false }) });
    }
    case 'deadline_passed':
      return withTask(state, event.body, { lapsed: true });
    case 'due_moved': {
      const { due } = event.body;
      const ahead = due.at === null || due.at > event.at;
      return withTask(state, event.body, ahead ? { due, lapsed: false } : { due });
    }
    case 'action_documented': {
      const { action, on, time, task, textDigest: _digest, ...what } = event.body;
      const documented = {
        id: action,
        seq: event.seq,
        on,
        time,
        by: event.actor.id,
        role: event.actor.role,
        task,
        superseded: false,
        ...what,
      };
      return put(state, { actions: [...state.actions, documented] });
    }
    case 'action_superseded':
      return put(state, { actions: state.actions.map((a) => (a.id === event.body.action ? { ...a, superseded: true } : a)) });
    case 'report_filed': {
      const { ordinal, on, filedWith, events } = event.body;
      const report = { year: state.schoolYear ?? '', ordinal, on, filedWith, seq: event.seq, events, withdrawn: false, lost: [] };
      return put(state, { reports: [...state.reports, report] });
    }
    case 'action_recorded_elsewhere': {
      const { record, on, time, role, source, textDigest: _digest, ...what } = event.body;
      return put(state, { actions: [...state.actions, elsewhere(event.seq, { record, on, time, role, source }, what)] });
    }
    case 'report_recorded_elsewhere': {
      const { record, on, source, ordinal, filedWith, events } = event.body;
      const year = state.schoolYear ?? '';
      const report = { year, ordinal, on, filedWith, seq: event.seq, events, withdrawn: false, lost: [], elsewhere: { ...source, record } };
      // A letter that was brought in before the report it rests on rests on it all the same.
      const letters = state.letters.map((l) =>
        l.elsewhere && l.year === year && on <= l.on ? { ...l, reports: [...l.reports, ordinal].sort((a, b) => a - b) } : l,
      );
      return put(state, { reports: [...state.reports, report], letters });
    }
    case 'letter_recorded_elsewhere': {
      const { record, on, time, role, source, letter, channel, reports, events } = event.body;
      const sent = { year: state.schoolYear ?? '', letter, round: 0, seq: event.seq, on, document: record, reports, events, lost: [] };
      const mailing = { kind: 'letter_mailed' as const, details: { letter, channel, contact: null } };
      return put(state, {
        letters: [...state.letters, { ...sent, elsewhere: source }],
        actions: [...state.actions, elsewhere(event.seq, { record, on, time, role, source }, mailing)],
      });
    }
    case 'record_declined':
      return put(state, { declined: [...(state.declined ?? []), event.body.record] });
    case 'report_withdrawn':
      return withReport(state, event.body.ordinal, () => ({ withdrawn: true }));
    case 'basis_lost': {
      const { what, ref, days } = event.body;
      const fallen = (before: Day[]): Day[] => [...before, ...days];
      if (what === 'report') return withReport(state, Number(ref), ({ lost }) => ({ lost: fallen(lost) }));
      return put(state, { letters: state.letters.map((l) => (l.document === ref ? { ...l, lost: fallen(l.lost) } : l)) });
    }
    case 'basis_restored': {
      const { what, ref, days } = event.body;
      const left = (before: Day[]): Day[] => before.filter((day) => !days.includes(day));
      if (what === 'report') return withReport(state, Number(ref), ({ lost }) => ({ lost: left(lost) }));
      return put(state, { letters: state.letters.map((l) => (l.document === ref ? { ...l, lost: left(l.lost) } : l)) });
    }
    case 'letter_approved': {
      const { letter, round, document, reports, events } = event.body;
      return put(state, {
        letters: [
          ...state.letters,
          { year: state.schoolYear ?? '', letter, round, seq: event.seq, on: event.day, document, reports, events, lost: [] },
        ],
      });
    }
    case 'requirement_justified': {
      const { requirement, ground } = event.body;
      const { id: by, role } = event.actor;
      const justification = { year: state.schoolYear ?? '', requirement, ground, seq: event.seq, role, by, on: event.day };
      return put(state, { justifications: [...state.justifications, justification] });
    }
    case 'policy_migrated': {
      const { from, to } = event.body;
      const { id: by, role } = event.actor;
      const migrations = [...(state.migrations ?? []), { from, to, on: event.day, by, role, seq: event.seq }];
      return put(state, { policy: to, migrations });
    }
    case 'referred': {
      const { to, ground, document } = event.body;
      const referral = { year: state.schoolYear ?? '', to, ground, on: event.day, seq: event.seq, document };
      return put(state, { referrals: [...state.referrals, referral] });
    }
  }
}

/** An action that Rollbook has not witnessed: it documents no task by itself, and stands under the name of who brought it in. */
function elsewhere(
  seq: number,
  { record, on, time, role, source }: Pick<EventBodies['action_recorded_elsewhere'], 'record' | 'on' | 'time' | 'role' | 'source'>,
  what: Action,
): DocumentedAction {
  const who = { by: source.enteredBy, role: role ?? ('system' as const) };
  return { id: record, seq, on, time, ...who, task: null, superseded: false, elsewhere: source, ...what };
}

/** A report of the present school year; numbers start again with each. */
function withReport(state: CaseState, ordinal: number, change: (report: TruancyReport) => Partial<TruancyReport>): CaseState {
  const here = (report: TruancyReport): boolean => report.year === state.schoolYear && report.ordinal === ordinal;
  return put(state, { reports: state.reports.map((report) => (here(report) ? { ...report, ...change(report) } : report)) });
}

function withTask(state: CaseState, key: { task: string; round: number }, change: Partial<TaskState>): CaseState {
  return put(state, { tasks: state.tasks.map((t) => (t.task === key.task && t.round === key.round ? { ...t, ...change } : t)) });
}
