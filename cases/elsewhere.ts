import type { Ladder, TaskRule } from '../policy/ladder.ts';
import type { Drafting } from './draft.ts';
import type { EarlierRecord, EventBodies } from './events.ts';
import { enough, finished, ruleOf } from './evidence.ts';
import { beginWaits } from './notices.ts';
import { needsOf } from './paths.ts';
import type { CaseState, TaskState } from './state.ts';
import { letterStands, mailedOn } from './truancy.ts';
import { isThisYear, reportsThisYear, tasksThisYear } from './year.ts';

/**
 * Steps that were taken before the student's school was on Rollbook. They are told with the standing, as a file or a person says them, and
 * become events of the case that say so: Rollbook has not witnessed them. Each counts as evidence of its kind, by its own day.
 */

/** Reports come before the letters that rest on them, and these before whatever else was done on the same day. */
const RANK: Partial<Record<EarlierRecord['kind'], number>> = { report: 0, letter: 1 };

/** Takes note of each step that was told and that the case does not know yet, in the order in which they were taken. */
export function noteEarlier(work: Drafting, told: readonly EarlierRecord[]): void {
  const key = ({ on, time, kind, record }: EarlierRecord): string => `${on} ${time ?? ''} ${RANK[kind] ?? 2} ${record}`;
  for (const one of told.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))) {
    if (isThisYear(work.state, one.on) && !isKnown(work.state, one)) note(work, one);
  }
}

function isKnown({ actions, reports, declined = [] }: CaseState, { record }: EarlierRecord): boolean {
  return (
    actions.some(({ id }) => id === record) || reports.some(({ elsewhere }) => elsewhere?.record === record) || declined.includes(record)
  );
}

function note(work: Drafting, one: EarlierRecord): void {
  const { record, on, time, role, source, textDigest } = one;
  const base = { record, on, time, role, source, textDigest };
  if (one.kind === 'report') {
    const { ordinal, filedWith, events } = one;
    // A report that somebody filed here while the file was on its way keeps its number.
    if (reportsThisYear(work.state).some((report) => report.ordinal === ordinal))
      work.emit({ type: 'record_declined', body: { record, because: 'number_taken' } });
    else work.emit({ type: 'report_recorded_elsewhere', body: { ...base, ordinal, filedWith, events } });
  } else if (one.kind === 'letter') {
    const { letter, channel, events } = one;
    const reports = reportsThisYear(work.state).filter((report) => !report.withdrawn && report.on <= on);
    const days = events ?? [...new Set(reports.flatMap((report) => report.events))].sort();
    const restsOn = { reports: reports.map(({ ordinal }) => ordinal), events: days };
    work.emit({ type: 'letter_recorded_elsewhere', body: { ...base, letter, channel, ...restsOn } });
    const mailing = work.state.actions.at(-1);
    if (mailing) beginWaits(work, mailing);
  } else {
    const { kind, details } = one;
    work.emit({ type: 'action_recorded_elsewhere', body: { ...base, kind, details } as EventBodies['action_recorded_elsewhere'] });
  }
}

/**
 * Completes open tasks that steps taken elsewhere this school year document. Each step serves one task, the earliest first; a task that
 * comes after others waits until these are finished, as it would for a step documented here. What recurs, and what follows from somebody's
 * act or about one letter or report, is asked all the same: what was done long ago does not do it.
 * @returns whether anything was completed
 */
export function citeElsewhere(work: Drafting): boolean {
  if (!work.state.actions.some((action) => action.elsewhere)) return false;
  let cited = false;
  for (let task = citable(work.state, work.ladder); task !== undefined; task = citable(work.state, work.ladder)) {
    work.emit({ type: 'task_completed', body: task });
    cited = true;
  }
  return cited;
}

function citable(state: CaseState, ladder: Ladder): { task: string; round: number; evidence: string[] } | undefined {
  for (const task of tasksThisYear(state).filter(({ status, ref }) => status === 'open' && ref === undefined)) {
    const rule = ruleOf(ladder, task.task);
    if (!rule || rule.recurs !== undefined) continue;
    const evidence =
      'letter' in rule.evidence ? letterElsewhere(state, ladder, rule.evidence.letter) : recordsElsewhere(state, ladder, rule, task);
    if (evidence.length > 0) return { task: task.task, round: task.round, evidence };
  }
  return undefined;
}

/** A letter that went is gone, whatever would have come before it here; it counts while it may be relied upon. */
function letterElsewhere(state: CaseState, ladder: Ladder, letter: string): string[] {
  const sent = state.letters.findLast(
    (one) => one.letter === letter && one.elsewhere && letterStands(state, ladder, one) && mailedOn(state, one) !== null,
  );
  return sent ? [sent.document] : [];
}

function recordsElsewhere(state: CaseState, ladder: Ladder, rule: TaskRule, { task, round }: TaskState): string[] {
  const { evidence } = rule;
  if (!('action' in evidence) || !needsOf(state, ladder, rule).every((need) => finished(state, ladder, need))) return [];
  const served = new Set(state.tasks.filter(({ status }) => status === 'done').flatMap((done) => done.evidence));
  const fitting = enough(
    evidence,
    state.actions.filter((action) => isThisYear(state, action.on)),
    ladder,
  ).records;
  const here = fitting.filter((action) => action.task?.task === task && action.task.round === round);
  const elsewhere = fitting.filter((action) => action.elsewhere && !served.has(action.id)).toSorted((a, b) => (a.on < b.on ? -1 : 1));
  // As many as it takes, and no more: what is left can serve another task.
  const all = [...here, ...elsewhere];
  const least = all.findIndex((_, n) => enough(evidence, all.slice(0, n + 1), ladder).met);
  return least >= 0 && elsewhere.length > 0 ? all.slice(0, least + 1).map(({ id }) => id) : [];
}
