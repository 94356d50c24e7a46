import type { Opening, TaskRule } from '../policy/ladder.ts';
import type { Day } from './actions.ts';
import type { DocumentedAction, TaskState } from './state.ts';
import { enough, finished, isFallenLetter, isTouched, ofTask, roundsOf, ruleOf } from './evidence.ts';
import type { Drafting } from './draft.ts';
import { citeElsewhere } from './elsewhere.ts';
import { followEnrollment } from './episodes.ts';
import { isHeld } from './holds.ts';
import { beginWaits } from './notices.ts';
import { droppedBy, needsOf } from './paths.ts';
import { lostItsReason, openingKey, opensNow } from './openings.ts';
import { followRecovery } from './recovery.ts';
import { standingReports } from './truancy.ts';
import { tasksThisYear } from './year.ts';

/**
 * Everything that follows from the facts by itself: bases that fell or stand again, tasks whose reason has gone, tasks that open, school
 * records that are cited. Repeating it changes nothing.
 */
export function follow(work: Drafting): void {
  noteBasis(work);
  followEnrollment(work);
  if (work.state.closed !== null) return;
  followRecovery(work);
  withdrawTasks(work);
  openTasks(work);
  while (citeElsewhere(work)) openTasks(work);
  citeSchoolRecords(work);
}

/** Tells once of every day that a report or letter rests on and that no longer stands, and of one that stands again (house rule 4). */
function noteBasis(work: Drafting): void {
  const final = new Set(work.state.standing?.truancy ?? []);
  // What was reported elsewhere can rest on days that can still be cleared by the windows that count here: these are not gone.
  const open = new Set((work.state.standing?.pending ?? []).map(({ day }) => day));
  const note = (what: 'report' | 'letter', ref: string, basis: { events: Day[]; lost: Day[] }, stands: (day: Day) => boolean): void => {
    const days = basis.events.filter((day) => !stands(day) && !basis.lost.includes(day));
    if (days.length) work.emit({ type: 'basis_lost', body: { what, ref, days } });
    const back = basis.lost.filter(stands);
    if (back.length) work.emit({ type: 'basis_restored', body: { what, ref, days: back } });
  };
  for (const report of standingReports(work.state))
    note('report', String(report.ordinal), report, (day) => final.has(day) || (report.elsewhere !== undefined && open.has(day)));
  const served = new Set(standingReports(work.state).map((report) => report.ordinal));
  for (const letter of work.state.letters.filter((l) => l.year === work.state.schoolYear)) {
    const withdrawn = new Set(
      work.state.reports
        .filter((r) => r.year === letter.year && letter.reports.includes(r.ordinal) && !served.has(r.ordinal))
        .flatMap((r) => r.events),
    );
    const stands = (day: Day): boolean => (final.has(day) || (letter.elsewhere !== undefined && open.has(day))) && !withdrawn.has(day);
    note('letter', letter.document, letter, stands);
  }
}

/**
 * An open task that a path drops, or whose every reason has gone and on which nothing was documented, is asked of nobody any more. The
 * latter not while a hold stands.
 */
function withdrawTasks(work: Drafting): void {
  for (const task of tasksThisYear(work.state).filter((t) => t.status === 'open')) {
    const rule = ruleOf(work.ladder, task.task);
    if (rule && droppedBy(work.state, work.ladder, rule)) work.withdraw(task, 'path');
    else if (
      rule &&
      !isHeld(work.state) &&
      !isTouched(work.state, work.ladder, task) &&
      lostItsReason(work.state, work.ladder, rule, task)
    ) {
      work.withdraw(task, 'fact_gone');
    }
  }
}

function openTasks(work: Drafting): void {
  for (const rule of work.ladder.tasks) {
    for (const opening of rule.opens) {
      for (const { ref } of opensNow(work.state, work.ladder, rule, opening)) openOnce(work, rule, opening, ref);
    }
  }
}

/** Opens a task that the facts ask for, unless it is there; one that was withdrawn opens again in its round. */
function openOnce(work: Drafting, rule: TaskRule, opening: Opening, ref: string | undefined): void {
  const about = (task: TaskState): boolean => ref === undefined || task.ref === ref;
  // What a letter did whose basis has fallen has to be done again on a sound one.
  if (roundsOf(work.state, rule.task).some((t) => about(t) && !isFallenLetter(work.state, work.ladder, t))) return;
  const withdrawn = tasksThisYear(work.state).findLast((t) => t.task === rule.task && about(t) && t.status === 'withdrawn');
  if (withdrawn) work.reopen(rule, withdrawn.round, work.cause);
  else work.openNext(rule, openingKey(opening), ref);
}

function citeSchoolRecords(work: Drafting): void {
  for (const task of tasksThisYear(work.state).filter((t) => t.status === 'open')) {
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
  beginWaits(work, action);
  if (action.kind !== 'contact') return;
  const wrong = ['wrong_number', 'disconnected', 'bounced', 'returned_mail'].includes(action.details.outcome);
  const failed = wrong || ['no_answer', 'left_message', 'third_party'].includes(action.details.outcome);
  if (wrong) openOnEvent(work, 'contact_data_wrong', action.id);
  if (failed) openOnEvent(work, 'attempt_failed', action.id);
}

function openOnEvent(work: Drafting, on: Opening['on'], ref: string): void {
  for (const rule of work.ladder.tasks.filter((r) => r.opens.some((o) => o.on === on))) {
    // One open next attempt is enough, however many calls were tried.
    if (!work.state.tasks.some((t) => t.task === rule.task && t.status === 'open')) work.openNext(rule, on, ref);
  }
}

/** Completes an open task when what was documented on it, lastly this action, is all that its rule asks. */
export function completeIfDocumented(work: Drafting, task: TaskState, action: DocumentedAction | undefined): void {
  const rule = ruleOf(work.ladder, task.task);
  if (!rule || !action) return;
  const { evidence } = rule;
  if ('letter' in evidence) {
    if (action.kind === 'letter_mailed' && action.details.letter === evidence.letter) complete(work, rule, task, [action.id]);
  } else if ('action' in evidence) {
    const found = enough(evidence, ofTask(work.state, task), work.ladder);
    if (found.met)
      complete(
        work,
        rule,
        task,
        found.records.map((a) => a.id),
      );
  }
}

/** Completes a task and opens the next round of one that recurs. */
export function complete(work: Drafting, rule: TaskRule, task: TaskState, evidence: string[]): void {
  work.emit({ type: 'task_completed', body: { task: task.task, round: task.round, evidence } });
  if (rule.recurs !== undefined) work.openNext({ ...rule, due: rule.recurs }, 'recurs');
}

/** Tasks that must be finished first and are not. */
export function unmetNeeds(work: Drafting, rule: TaskRule): TaskRule[] {
  return needsOf(work.state, work.ladder, rule)
    .filter((need) => !finished(work.state, work.ladder, need))
    .flatMap((need) => ruleOf(work.ladder, need) ?? []);
}
