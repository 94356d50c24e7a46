import type { TaskRule } from '../../policy/ladder.ts';
import type { DocumentedAction, TaskState } from '../state.ts';
import type { Command } from '../messages.ts';
import { checkDetails } from '../details.ts';
import { refuse, type Drafting } from '../draft.ts';
import { enough, fits, ruleOf, taskState } from '../evidence.ts';
import { followAction, unmetNeeds } from '../follow.ts';
import { droppedBy, pathKey } from '../paths.ts';
import { allow, allowRoles, rolesOf } from '../permission.ts';
import { OF_AGE } from '../rights.ts';
import { titleOf } from '../wording.ts';
import { tasksThisYear } from '../year.ts';

type Documenting = Extract<Command, { kind: 'document_action' }>;

/** A person documents what was done, for a task or without one. */
export function documentAction(work: Drafting, id: string, command: Documenting, textDigest: string | null): void {
  const { action, on, time } = command;
  if (on > work.time.day) refuse('future-date', `${on} is after today, ${work.time.day}. Document it when it has happened.`);
  checkDetails(action, on);
  partnersOwn(work, command);
  if (action.kind === 'consent') checkConsent(work, action.details.by);
  if (command.supersedes) supersedable(work, command.supersedes);
  const named = command.task ? namedTask(work, command) : null;
  const task = named ?? matchingTask(work, command);
  if (!task) checkLooseAction(work, action.kind);
  if (action.kind === 'letter_mailed') {
    checkAddressee(work, action.details.contact);
    checkMailing(work, action.details.letter, on);
  }
  if (task) {
    const rule = ruleOf(work.ladder, task.task);
    const unmet = rule ? unmetNeeds(work, rule) : [];
    if (rule && unmet.length) {
      refuse(
        'needs-other-tasks',
        `“${titleOf(work.ladder, rule.task)}” comes after: ${unmet.map((r) => titleOf(work.ladder, r.task)).join('; ')}. Document these first.`,
        unmet.map((r) => ({ requirement: r.task, title: titleOf(work.ladder, r.task), why: 'not done yet' })),
      );
    }
  }
  const key = task ? { task: task.task, round: task.round } : null;
  work.emit({ type: 'action_documented', body: { action: id, on, time, task: key, textDigest, ...action } });
  if (command.supersedes) supersedeAction(work, command.supersedes, id, textDigest);
  const documented = work.state.actions.find((a) => a.id === id);
  if (documented) followAction(work, documented);
}

function namedTask(work: Drafting, command: Documenting): TaskState {
  const { task, round } = command.task ?? { task: '', round: 0 };
  const rule = ruleOf(work.ladder, task);
  if (!rule) refuse('unknown-task', `The ladder of this case has no task “${task}”.`);
  const state = taskState(work.state, task, round);
  const replaced = work.state.actions.find((a) => a.id === command.supersedes);
  const again = replaced?.task?.task === task && replaced.task.round === round;
  if (!state || (state.status !== 'open' && !again))
    refuse('task-not-open', `“${titleOf(work.ladder, rule.task)}” (round ${round}) is not open on this case.`);
  allow(work, rule);
  if (!accepts(rule, work, command))
    refuse('evidence-does-not-fit', `This record does not document “${titleOf(work.ladder, rule.task)}”: ${asked(rule)}.`);
  if (command.on < state.openedOn) {
    refuse(
      'evidence-predates',
      `“${titleOf(work.ladder, rule.task)}” opened on ${state.openedOn}; what was done on ${command.on} came before it and does not count for it.`,
    );
  }
  return state;
}

/** An open task that this action documents, though nobody named it: the one that opened first. */
function matchingTask(work: Drafting, command: Documenting): TaskState | null {
  const open = work.state.tasks.filter((t) => t.status === 'open' && t.openedOn <= command.on);
  return (
    open.find((t) => {
      const rule = ruleOf(work.ladder, t.task);
      return (
        rule !== undefined &&
        rolesOf(rule).some((role) => role === work.actor.role) &&
        accepts(rule, work, command) &&
        unmetNeeds(work, rule).length === 0
      );
    }) ?? null
  );
}

/** Who may document at all: whoever may document this kind of work for some task. */
function checkLooseAction(work: Drafting, kind: string): void {
  const roles = work.ladder.tasks
    .filter((r) => ('action' in r.evidence ? r.evidence.action === kind : kind === 'letter_mailed' && 'letter' in r.evidence))
    .flatMap(rolesOf);
  if (roles.length === 0)
    refuse(
      'evidence-does-not-fit',
      `The policy of this case has no task that a ${kind.replaceAll('_', ' ')} documents; it comes in with what is recorded elsewhere.`,
    );
  allowRoles(work, [...new Set(roles)], kind.replaceAll('_', ' '));
}

function accepts(rule: TaskRule, work: Drafting, command: Documenting): boolean {
  const { evidence } = rule;
  if ('letter' in evidence) return command.action.kind === 'letter_mailed' && command.action.details.letter === evidence.letter;
  return 'action' in evidence && fits(evidence, { ...command.action, role: work.actor.role });
}

function asked(rule: TaskRule): string {
  const { evidence } = rule;
  if ('letter' in evidence) return `it asks for the mailing of ${evidence.letter}`;
  if ('report' in evidence) return 'it is completed by filing the truancy report';
  if ('withdrawal' in evidence) return 'it is completed by withdrawing the truancy report';
  if ('schoolRecord' in evidence) return 'it is completed by the school’s own record of it, which is cited here by itself';
  if ('referral' in evidence) return 'it is completed by the referral';
  const conditions = [...Object.entries(evidence.where ?? {}), ...Object.entries(evidence.includes ?? {})].map(
    ([field, values]) => `${field} ${values.join(' or ')}`,
  );
  conditions.push(...Object.entries(evidence.atLeast ?? {}).map(([field, least]) => `at least ${least} ${field}`));
  conditions.push(...(evidence.tells ?? []).map((field) => `its ${field}`));
  return `it asks for ${evidence.action.replaceAll('_', ' ')}${conditions.length ? ` with ${conditions.join(', ')}` : ''}${evidence.by ? ` by ${evidence.by.join(' or ')}` : ''}`;
}

/** Whoever holds the rights consents: the student from the age on at which they are the student's own, nobody else then (34 CFR 99.5, EC 49061). */
function checkConsent({ state }: Drafting, by: string): void {
  const ofAge = (state.standing?.age ?? 0) >= OF_AGE;
  if (ofAge !== (by === 'pupil'))
    refuse(
      'bad-command',
      ofAge
        ? 'The student is of age: the student alone can consent. Document whether the pupil has.'
        : 'The student is not of age: a parent or the holder of the education rights consents. Document who has.',
    );
}

/** A partner documents the tasks it was given, and nothing else; of what others documented it knows nothing. */
function partnersOwn({ actor }: Drafting, { task }: Documenting): void {
  if (actor.role === 'partner' && task === null)
    refuse('role-not-allowed', 'A partner documents the tasks that it was given: name the task.');
}

/** Only a student of age is written to without a contact. */
function checkAddressee({ state }: Drafting, contact: string | null): void {
  if (contact === null && (state.standing?.age ?? 0) < OF_AGE)
    refuse('bad-command', 'The record lacks “contact”: say to whom the letter went; choose one of the student’s contacts.');
}

function checkMailing(work: Drafting, letter: string, on: string): void {
  const rule = work.ladder.tasks.find((r) => 'letter' in r.evidence && r.evidence.letter === letter);
  const path = rule && droppedBy(work.state, work.ladder, rule);
  if (path)
    refuse('letter-not-due', `${letter} does not go out on this case: ${titleOf(work.ladder, pathKey(path.path))}. Do not mail it.`);
  const approved = work.state.letters.filter((l) => l.letter === letter && !l.elsewhere).at(-1);
  if (!approved)
    refuse(
      'letter-not-approved',
      `${letter} has not been approved on this case: a named person reads and approves each letter before it is mailed.`,
    );
  if (approved.lost.length) refuse('basis-lost', `${letter} rests on ${approved.lost.join(', ')}, which no longer stand. Do not mail it.`);
  if (on < approved.on) refuse('evidence-predates', `${letter} was approved on ${approved.on}; it cannot have been mailed on ${on}.`);
}

/** "When available": the task is completed as not available, because of a reason that stands with it. */
export function recordUnavailable(work: Drafting, command: { task: string; round: number }, textDigest: string | null): void {
  const rule = ruleOf(work.ladder, command.task);
  if (!rule) refuse('unknown-task', `The ladder of this case has no task “${command.task}”.`);
  allowRoles(work, [...rolesOf(rule), 'case_manager'], titleOf(work.ladder, rule.task));
  if (!rule.unavailable)
    refuse(
      'not-optional',
      `The protocol asks for “${titleOf(work.ladder, rule.task)}” without exception; it cannot be recorded as not available.`,
    );
  if (!textDigest) refuse('bad-command', 'Say why it is not available.');
  const state = taskState(work.state, command.task, command.round);
  if (state?.status !== 'open')
    refuse('task-not-open', `“${titleOf(work.ladder, rule.task)}” (round ${command.round}) is not open on this case.`);
  work.emit({ type: 'task_unavailable', body: { task: command.task, round: command.round, textDigest } });
}

function supersedable(work: Drafting, id: string): DocumentedAction {
  const action = work.state.actions.find((a) => a.id === id);
  if (!action) refuse('unknown-action', 'There is no such action on this case.');
  if (action.superseded) refuse('already-superseded', 'This action has already been superseded.');
  return action;
}

/** An erroneous entry stays in the record and stops counting: what it alone completed opens again. */
export function supersedeAction(work: Drafting, id: string, by: string | null, textDigest: string | null): void {
  const action = supersedable(work, id);
  if (!textDigest) refuse('bad-command', 'Say what was wrong with the entry.');
  if (work.actor.role === 'partner' && work.actor.id !== action.by)
    refuse('role-not-allowed', 'A partner supersedes its own entries, and nobody else’s.');
  const rule = action.task ? ruleOf(work.ladder, action.task.task) : undefined;
  if (work.actor.id !== action.by)
    allowRoles(work, [...(rule ? rolesOf(rule) : []), 'case_manager', 'principal'], 'superseding an entry of somebody else');
  work.emit({ type: 'action_superseded', body: { action: id, by, textDigest } });
  for (const task of work.state.tasks.filter((t) => t.status === 'done' && t.evidence.includes(id))) {
    const taskRule = ruleOf(work.ladder, task.task);
    if (!taskRule || stillDocumented(work, taskRule, task)) continue;
    // A recurring task has moved on, its latest round stands for it, also one that is laid aside; what was of another school year is asked of nobody any more.
    const latest = tasksThisYear(work.state).findLast((one) => one.task === task.task);
    const later = taskRule.recurs !== undefined && latest?.round !== task.round;
    if (later || task.year !== work.state.schoolYear) work.withdraw(task, 'entry_superseded');
    else work.reopen(taskRule, task.round, id);
  }
}

function stillDocumented(work: Drafting, rule: TaskRule, task: TaskState): boolean {
  const { evidence } = rule;
  const records = work.state.actions.filter(
    (a) => !a.superseded && ((a.task?.task === task.task && a.task.round === task.round) || (a.elsewhere && task.evidence.includes(a.id))),
  );
  if ('letter' in evidence) return records.some((a) => a.kind === 'letter_mailed');
  return 'action' in evidence && enough(evidence, records, work.ladder).met;
}
