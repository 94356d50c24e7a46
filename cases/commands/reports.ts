import type { Drafting } from '../draft.ts';
import { refuse } from '../draft.ts';
import { complete } from '../follow.ts';
import type { Command } from '../messages.ts';
import { holdsOf, holdSentence, isHeld } from '../holds.ts';
import { allow } from '../permission.ts';
import { eventsAsked, mayReport, reportDue, standingReports, unservedEvents } from '../truancy.ts';

type Filing = Extract<Command, { kind: 'file_report' }>;

/**
 * A person files a truancy report with the attendance supervisor (EC 48260, 48261), on final unexcused events that no standing
 * report has used.
 */
export function fileReport(work: Drafting, command: Filing): void {
  const rule = work.ladder.tasks.find((r) => 'report' in r.evidence);
  if (!rule) refuse('report-not-due', 'The policy of this case has no truancy reports.');
  allow(work, rule);
  if (command.on > work.time.day) refuse('future-date', `${command.on} is after today, ${work.time.day}.`);
  const task = work.state.tasks.findLast((t) => t.task === rule.task && t.status === 'open' && t.year === work.state.schoolYear);
  if (isHeld(work.state) && !task) {
    refuse('held', `No report can be filed while the case is held: ${holdsOf(work.state).map(holdSentence).join(' ')}`);
  }
  const open = unservedEvents(work.state);
  const events = [...new Set(command.events)].sort();
  const strange = events.filter((day) => !open.includes(day));
  if (strange.length) {
    refuse(
      'report-events',
      `${strange.join(', ')}: not an unexcused day at compulsory age whose clearing window has ended and that no standing report has used. Open events: ${open.join(', ') || 'none'}.`,
    );
  }
  if (!mayReport(work.state, work.ladder, events)) {
    const asked = eventsAsked(work.state, work.ladder);
    refuse(
      'report-not-due',
      asked === null
        ? 'In this state a pupil is reported once in a school year.'
        : `A report needs ${asked} here; ${events.length} given, ${open.length} open.`,
    );
  }
  if (command.on < (events.at(-1) ?? ''))
    refuse('report-events', `A report filed on ${command.on} cannot rest on ${events.at(-1)}, a later day.`);
  const { ordinal } = reportDue(work.state, work.ladder);
  work.emit({
    type: 'report_filed',
    body: { ordinal, on: command.on, filedWith: command.filedWith, events, standing: work.state.standing?.version ?? 0 },
  });
  if (task) complete(work, rule, task, [`report:${ordinal}`]);
}

/** A withdrawn report keeps its number and stops counting; its events can serve another, and the reports after it are tested again. */
export function withdrawReport(work: Drafting, ordinal: number, textDigest: string | null): void {
  const rule = work.ladder.tasks.find((r) => 'report' in r.evidence);
  if (rule) allow(work, rule);
  const report = standingReports(work.state).find((r) => r.ordinal === ordinal);
  if (!report) refuse('unknown-report', `There is no standing truancy report ${ordinal} on this case.`);
  if (!textDigest) refuse('bad-command', 'Say why the report is withdrawn.');
  work.emit({ type: 'report_withdrawn', body: { ordinal, textDigest } });
  const asked = work.ladder.tasks.filter((r) => 'withdrawal' in r.evidence);
  for (const withdrawal of asked) {
    const task = work.state.tasks.find((t) => t.task === withdrawal.task && t.status === 'open' && t.ref === String(ordinal));
    if (task) complete(work, withdrawal, task, [`report:${ordinal}`]);
  }
}
