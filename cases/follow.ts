import type { Opening, TaskRule } from '../policy/ladder.ts';
import type { DocumentedAction, TaskState } from './state.ts';
import { finished, fits, ruleOf } from './evidence.ts';
import type { Drafting } from './draft.ts';
import { isHabitual, reportDue, standingReports } from './truancy.ts';
import { bandPosition } from './bands.ts';

/** Everything that follows from the facts by itself: lost bases, tasks that open, school records that are cited. */
export function follow(work: Drafting): void {
  noteLostBasis(work);
  openTasks(work);
  withdrawReportTask(work);
  citeSchoolRecords(work);
}

/** Tells once of every day that a report or letter rests on and that no longer stands (house rule 4). */
function noteLostBasis(work: Drafting): void {
  const final = new Set(work.state.standing?.truancy ?? []);
  for (const report of standingReports(work.state)) {
    const days = report.events.filter((day) => !final.has(day) && !report.lost.includes(day));
    if (days.length) work.emit({ type: 'basis_lost', body: { what: 'report', ref: String(report.ordinal), days } });
  }
  for (const letter of work.state.letters) {
    const withdrawn = work.state.reports.filter((r) => r.withdrawn && letter.reports.includes(r.ordinal)).flatMap((r) => r.events);
    const days = letter.events.filter((day) => (!final.has(day) || withdrawn.includes(day)) && !letter.lost.includes(day));
    if (days.length) work.emit({ type: 'basis_lost', body: { what: 'letter', ref: letter.document, days } });
  }
}

function openTasks(work: Drafting): void {
  for (const rule of work.ladder.tasks) {
    for (const opening of rule.opens) {
      const round = roundToOpen(work, opening);
      if (round !== null && !work.state.tasks.some((t) => t.task === rule.task && t.round === round && t.status !== 'withdrawn')) {
        if (work.state.tasks.some((t) => t.task === rule.task && t.round === round)) {
          work.emit({ type: 'task_reopened', body: { task: rule.task, round, due: work.due(rule.due), because: work.cause } });
        } else work.open(rule, round, opening.on === 'report_due' ? String(round) : undefined);
      }
    }
  }
}

/** The round that the facts ask for now; null when they ask for none, or when an event (not a fact) opens the task. */
function roundToOpen(work: Drafting, opening: Opening): number | null {
  const { state, ladder } = work;
  switch (opening.on) {
    case 'case':
      return 1;
    case 'band': {
      const reached = bandPosition(ladder, state.standing?.absences ?? 0);
      return reached >= ladder.bands.findIndex((b) => b.band === opening.band) ? 1 : null;
    }
    case 'report_due': {
      const next = reportDue(state, ladder);
      return next.due ? next.ordinal : null;
    }
    case 'reports':
      return standingReports(state).length >= opening.count ? 1 : null;
    case 'habitual':
      return isHabitual(state, ladder) ? 1 : null;
    case 'attempt_failed':
    case 'contact_data_wrong':
      return null;
  }
}

/** A report that is no longer due asks nobody to file it. */
function withdrawReportTask(work: Drafting): void {
  const due = reportDue(work.state, work.ladder);
  for (const rule of work.ladder.tasks.filter((r) => 'report' in r.evidence)) {
    for (const task of work.state.tasks.filter((t) => t.task === rule.task && t.status === 'open')) {
      if (!due.due || task.round !== due.ordinal) work.emit({ type: 'task_withdrawn', body: { task: task.task, round: task.round } });
    }
  }
}

function citeSchoolRecords(work: Drafting): void {
  for (const task of work.state.tasks.filter((t) => t.status === 'open')) {
    const rule = ruleOf(work.ladder, task.task);
    if (!rule || !('schoolRecord' in rule.evidence)) continue;
    const key = rule.evidence.schoolRecord;
    const record = work.state.standing?.schoolRecords.find((r) => r.task === key);
    if (record) work.emit({ type: 'task_completed', body: { task: task.task, round: task.round, evidence: [record.record] } });
  }
}

/** What a documented action sets off: the task it completes, the next attempt, the correction of contact data. */
export function followAction(work: Drafting, action: DocumentedAction): void {
  const task = action.task ? work.state.tasks.find((t) => t.task === action.task?.task && t.round === action.task.round) : undefined;
  if (task?.status === 'open') completeIfDocumented(work, task, action);
  if (action.kind !== 'contact') return;
  const wrong = ['wrong_number', 'disconnected', 'bounced', 'returned_mail'].includes(action.details.outcome);
  const failed = wrong || ['no_answer', 'left_message', 'third_party'].includes(action.details.outcome);
  if (wrong) openOnEvent(work, 'contact_data_wrong', action.id);
  if (failed) openOnEvent(work, 'attempt_failed', action.id);
}

function openOnEvent(work: Drafting, on: Opening['on'], ref: string): void {
  for (const rule of work.ladder.tasks.filter((r) => r.opens.some((o) => o.on === on))) {
    // One open next attempt is enough, however many calls were tried.
    if (!work.state.tasks.some((t) => t.task === rule.task && t.status === 'open')) work.openNext(rule, ref);
  }
}

function completeIfDocumented(work: Drafting, task: TaskState, action: DocumentedAction): void {
  const rule = ruleOf(work.ladder, task.task);
  if (!rule) return;
  const { evidence } = rule;
  if ('letter' in evidence) {
    if (action.kind === 'letter_mailed' && action.details.letter === evidence.letter) complete(work, rule, task, [action.id]);
  } else if ('action' in evidence) {
    const records = work.state.actions.filter(
      (a) => !a.superseded && a.task?.task === task.task && a.task.round === task.round && fits(evidence, a),
    );
    if (records.length >= (evidence.count ?? 1))
      complete(
        work,
        rule,
        task,
        records.map((a) => a.id),
      );
  }
}

/** Completes a task and opens the next round of one that recurs. */
export function complete(work: Drafting, rule: TaskRule, task: TaskState, evidence: string[]): void {
  work.emit({ type: 'task_completed', body: { task: task.task, round: task.round, evidence } });
  if (rule.recurs !== undefined) work.openNext({ ...rule, due: rule.recurs });
}

/** Tasks that must be finished first and are not. */
export function unmetNeeds(work: Drafting, rule: TaskRule): TaskRule[] {
  return (rule.needs ?? []).filter((need) => !finished(work.state, need)).flatMap((need) => ruleOf(work.ladder, need) ?? []);
}
