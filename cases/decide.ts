import type { Ladder } from '../policy/ladder.ts';
import { documentAction, recordUnavailable, supersedeAction } from './commands/actions.ts';
import { approveLetter } from './commands/letters.ts';
import { migratePolicy } from './commands/migration.ts';
import { justifyRequirement, refer } from './commands/referral.ts';
import { fileReport, withdrawReport } from './commands/reports.ts';
import { Drafting, Refused, refuse } from './draft.ts';
import { noteEarlier } from './elsewhere.ts';
import type { Actor, Draft } from './events.ts';
import { follow } from './follow.ts';
import { mergedInto, noteMerges } from './merged.ts';
import { endWaits } from './notices.ts';
import { endYear } from './rollover.ts';
import { JUDGEMENTS, type Message, type Refusal } from './messages.ts';
import type { CaseState } from './state.ts';
import { bandOf } from './bands.ts';
import { crossingOf } from './beginnings.ts';

export type Decision = { kind: 'events'; events: Draft[] } | { kind: 'refused'; refusal: Refusal };

/** What the case itself does, without a person. */
export const SYSTEM: Actor = { id: 'rollbook', role: 'system', place: 'district' };

/**
 * The one place where a case is decided: from what is known, what came, and the pinned ladder, to the events that follow, or to a
 * refusal that says why. Pure: no clock, no chance, no I/O; the same arguments give the same answer for ever.
 */
export function decide(state: CaseState, ladder: Ladder, message: Message): Decision {
  if (message.kind === 'command' && state.applied.includes(message.id)) return { kind: 'events', events: [] };
  const time =
    state.at !== null && state.at > message.time.at ? { ...message.time, at: state.at, day: state.day ?? message.time.day } : message.time;
  const work = new Drafting(state, ladder, message.kind === 'command' ? message.actor : SYSTEM, time, message.id);
  try {
    if (message.kind === 'command' && message.ifSeq !== null && JUDGEMENTS.includes(message.command.kind) && message.ifSeq !== state.seq) {
      refuse('stale', `The case has moved on from ${message.ifSeq} to ${state.seq} since you read it. Read it again, then decide.`);
    }
    if (!mergedInto(state)) endWaits(work, time.at);
    open(work, message);
    noteStanding(work, message);
    noteMerges(work);
    if (!mergedInto(work.state)) noteEarlier(work, message.standing?.earlier ?? []);
    moveDues(work, message);
    if (mergedInto(work.state)) {
      if (message.kind === 'command')
        refuse('merged', 'This record counts as another student now; work on that student’s case, or un-merge the two.');
      return { kind: 'events', events: work.drafts };
    }
    if (work.drafts.length) follow(work);
    if (message.kind === 'tick') passDeadlines(work, time.at);
    if (message.kind === 'command') apply(work, message);
    return { kind: 'events', events: work.drafts };
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', refusal: error.refusal };
    throw error;
  }
}

function open(work: Drafting, message: Message): void {
  const byHand = message.kind === 'command' && message.command.kind === 'open_case';
  const migrates = message.kind === 'command' && message.command.kind === 'migrate_policy';
  if (work.state.student !== null) {
    if (byHand) refuse('case-already-open', 'This student’s case is already open; document what you did on it.');
    return;
  }
  if (message.kind === 'tick') return;
  if (migrates) refuse('case-not-open', 'The case has not begun; it will begin on the policy in force.');
  const { standing } = message;
  if (!standing) refuse('case-not-open', 'The student has no standing yet: import the roster, calendar and attendance first.');
  const why = byHand ? 'by_hand' : message.kind === 'command' ? 'action' : standing.earlier?.length ? 'elsewhere' : 'crossing';
  const { student, school, schoolYear } = standing;
  const crossed = why === 'crossing' ? crossingOf(work.state, work.ladder, standing) : null;
  work.emit({
    type: 'case_opened',
    body: { student, school, schoolYear, why, ...(crossed === null ? {} : { crossed }), policy: work.ladder.policy },
  });
}

function noteStanding(work: Drafting, message: Message): void {
  const { standing } = message;
  if (!standing || standing.version <= (work.state.standing?.version ?? 0)) return;
  const before = work.state.schoolYear;
  const newYear = before !== null && standing.schoolYear > before;
  if (newYear) work.emit({ type: 'year_begun', body: { schoolYear: standing.schoolYear, before } });
  const { movedDues: _dues, earlier: _earlier, ...kept } = standing;
  work.emit({ type: 'standing_noted', body: { standing: kept, band: bandOf(work.ladder, standing)?.band ?? null } });
  if (newYear) endYear(work, before);
}

/** A changed calendar moves every due day that rests on it, and says so. */
function moveDues(work: Drafting, { standing }: Message): void {
  if (work.state.student === null) return;
  for (const { task, round, on } of standing?.movedDues ?? []) {
    const open = work.state.tasks.find((t) => t.task === task && t.round === round && t.status === 'open');
    if (!open || open.due.on === on) continue;
    const { schoolDays, from } = open.due;
    work.emit({ type: 'due_moved', body: { task, round, due: { schoolDays, from, on: null, at: null }, was: open.due.on } });
  }
}

/** Takes note of every deadline up to an instant, in order, each once. */
function passDeadlines(work: Drafting, until: string): void {
  const passed = work.state.tasks
    .filter((t) => t.status === 'open' && !t.lapsed && t.due.at !== null && t.due.at <= until)
    .sort((a, b) => (a.due.at ?? '').localeCompare(b.due.at ?? '') || a.openedSeq - b.openedSeq);
  for (const { task, round } of passed) work.emit({ type: 'deadline_passed', body: { task, round } });
}

function apply(work: Drafting, message: Message & { kind: 'command' }): void {
  const { command } = message;
  const { closed } = work.state;
  // What was wrong may still be put right; nothing is added to the file of a student who has left (5 CCR 437).
  if (closed !== null && command.kind !== 'supersede_action' && command.kind !== 'withdraw_report')
    refuse('case-closed', `The case is closed: the student left on ${closed.on}. It opens again when the student is enrolled again.`);
  switch (command.kind) {
    case 'open_case':
      break;
    case 'document_action':
      documentAction(work, message.id, command, message.textDigest);
      break;
    case 'record_unavailable':
      recordUnavailable(work, command, message.textDigest);
      break;
    case 'supersede_action':
      supersedeAction(work, command.action, null, message.textDigest);
      break;
    case 'file_report':
      fileReport(work, command);
      break;
    case 'withdraw_report':
      withdrawReport(work, command.ordinal, message.textDigest);
      break;
    case 'approve_letter':
      approveLetter(work, message.id, command);
      break;
    case 'justify_requirement':
      justifyRequirement(work, command, message.textDigest);
      break;
    case 'refer':
      refer(work, message.id, command);
      break;
    case 'migrate_policy':
      migratePolicy(work, command, message.textDigest, message.ladder);
      break;
  }
  follow(work);
}
