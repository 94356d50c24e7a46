import type { Ladder, Opening, TaskRule } from '../policy/ladder.ts';
import type { Day } from './actions.ts';
import type { Draft, Withdrawal } from './events.ts';
import type { CaseState, DocumentedAction, LetterState, TaskState, TruancyReport } from './state.ts';
import { enough, finished, isFallenLetter, isTouched, ofTask, roundsOf, ruleOf } from './evidence.ts';
import { showed } from './attempts.ts';
import type { Drafting } from './draft.ts';
import { citeElsewhere } from './elsewhere.ts';
import { followEnrollment } from './episodes.ts';
import { isHeld } from './holds.ts';
import { beginOutreachWait, beginWaits } from './notices.ts';
import { droppedBy, needsOf } from './paths.ts';
import { isAboutEach, isFact, lostItsReason, mayOpen, openingKey, opensNow } from './openings.ts';
import { followRecovery, isPausedByRecovery } from './recovery.ts';
import { oncePer, remembered } from './remembered.ts';
import { reportsThisYear, tasksThisYear } from './year.ts';

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
  bringBack(work);
  openTasks(work);
  while (citeElsewhere(work)) openTasks(work);
  citeSchoolRecords(work);
}

/** Tells once of every day that a report or letter rests on and that no longer stands, and of one that stands again (house rule 4). */
function noteBasis(work: Drafting): void {
  const { standing, reports, letters } = work.state;
  if (reports.length + letters.length === 0) return;
  for (const draft of basisChanges(standing, reportsThisYear(work.state), letters, work.state.schoolYear)) work.emit(draft);
}

const basisChanges = remembered(
  (told: CaseState['standing'], ofYear: TruancyReport[], letters: LetterState[], year: string | null): Draft[] => {
    const drafts: Draft[] = [];
    const final = new Set(told?.truancy ?? []);
    // What was reported elsewhere can rest on days that can still be cleared by the windows that count here: these are not gone.
    const open = new Set((told?.pending ?? []).map(({ day }) => day));
    const note = (what: 'report' | 'letter', ref: string, basis: { events: Day[]; lost: Day[] }, stands: (day: Day) => boolean): void => {
      const days = basis.events.filter((day) => !stands(day) && !basis.lost.includes(day));
      if (days.length) drafts.push({ type: 'basis_lost', body: { what, ref, days } });
      const back = basis.lost.filter(stands);
      if (back.length) drafts.push({ type: 'basis_restored', body: { what, ref, days: back } });
    };
    for (const report of ofYear.filter(({ withdrawn }) => !withdrawn))
      note('report', String(report.ordinal), report, (day) => final.has(day) || (report.elsewhere !== undefined && open.has(day)));
    for (const letter of letters.filter((l) => l.year === year)) {
      const withdrawn = new Set(ofYear.filter((r) => r.withdrawn && letter.reports.includes(r.ordinal)).flatMap((r) => r.events));
      const stands = (day: Day): boolean => (final.has(day) || (letter.elsewhere !== undefined && open.has(day))) && !withdrawn.has(day);
      note('letter', letter.document, letter, stands);
    }
    return drafts;
  },
);

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
      lostItsReason(work.state, work.ladder, rule, task) &&
      !isTouched(work.state, work.ladder, task)
    ) {
      work.withdraw(task, 'fact_gone');
    }
  }
}

/** What a case lays aside for as long as something stands, and not because nobody needs it: a path, a recovery, an absence from the district. */
const FOR_A_WHILE: readonly (Withdrawal | undefined)[] = ['path', 'recovered', 'case_closed'];

function isLaidAside({ status, withdrawn }: TaskState): boolean {
  return status === 'withdrawn' && FOR_A_WHILE.includes(withdrawn);
}

/**
 * A task that was laid aside for a while goes on in its round when that is over, as if it had never been: also one that no fact would open
 * again, such as the next attempt after a call, or one on which something was documented.
 */
function bringBack(work: Drafting): void {
  for (const task of tasksThisYear(work.state).filter(isLaidAside)) {
    const { state, ladder } = work;
    const rule = ruleOf(ladder, task.task);
    if (!rule || droppedBy(state, ladder, rule) || isPausedByRecovery(state, rule, ladder)) continue;
    if (lostItsReason(state, ladder, rule, task) && !isTouched(state, ladder, task)) continue;
    work.reopen(rule, task.round, work.cause);
  }
}

function openTasks(work: Drafting): void {
  for (const { rule, opening, each } of openingsOf(work.ladder)) {
    if (!each && isThere(work, rule)) continue;
    if (rule.waitsFor && mayOpen(work.state, work.ladder, rule, opening).length) beginOutreachWait(work, rule);
    for (const { ref } of opensNow(work.state, work.ladder, rule, opening)) openOnce(work, rule, opening, ref);
  }
}

/** Every opening of a ladder that facts can bring about, in its order. */
const openingsOf = oncePer(({ tasks }: Ladder) =>
  tasks.flatMap((rule) => rule.opens.filter(isFact).map((opening) => ({ rule, opening, each: isAboutEach(opening) }))),
);

/** Opens a task that the facts ask for, unless it is there; one that was withdrawn opens again in its round. */
function openOnce(work: Drafting, rule: TaskRule, opening: Opening, ref: string | undefined): void {
  if (isThere(work, rule, ref)) return;
  const withdrawn = tasksThisYear(work.state).findLast(
    (t) => t.task === rule.task && (ref === undefined || t.ref === ref) && t.status === 'withdrawn',
  );
  const why = openingKey(opening);
  if (withdrawn) work.reopen(rule, withdrawn.round, work.cause, withdrawn.why === why ? undefined : why);
  else work.openNext(rule, why, ref);
}

/**
 * Whether a task stands, so that no fact opens it again. What a letter did whose basis has fallen has to be done again on a sound one; of
 * what recurs the latest round stands for it.
 */
function isThere({ state, ladder }: Drafting, rule: TaskRule, ref?: string): boolean {
  if (rule.recurs !== undefined && tasksThisYear(state).findLast(({ task }) => task === rule.task)?.status === 'withdrawn') return false;
  for (const task of roundsOf(state, rule.task))
    if ((ref === undefined || task.ref === ref) && !isFallenLetter(state, ladder, task)) return true;
  return false;
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
  for (const on of ['contact_data_wrong', 'attempt_failed'] as const) if (showed(action, on)) openOnEvent(work, on, action.id);
}

function openOnEvent(work: Drafting, on: Opening['on'], ref: string): void {
  for (const rule of work.ladder.tasks.filter((r) => r.opens.some((o) => o.on === on))) {
    // One next attempt is enough, however many calls were tried; one that is laid aside goes on later.
    if (!tasksThisYear(work.state).some((t) => t.task === rule.task && (isUnderWay(t) || isLaidAside(t)))) work.openNext(rule, on, ref);
  }
}

function isUnderWay({ status }: TaskState): boolean {
  return status === 'open' || status === 'paused';
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
