import { refuse, type Drafting } from '../draft.ts';
import { finished, taskState } from '../evidence.ts';
import { letterWaits } from '../notices.ts';
import { droppedBy, needsOf, pathKey } from '../paths.ts';
import { allowRoles } from '../permission.ts';
import { fallenReports, soundReports } from '../truancy.ts';
import { titleOf } from '../wording.ts';

/**
 * A named person has read a letter and lets it go; its basis is frozen now (house rule 5). The letter rests on the standing reports
 * and on their events; days that have fallen away since cannot carry it.
 */
export function approveLetter(work: Drafting, id: string, command: { letter: string; round: number }): void {
  const rule = work.ladder.tasks.find((r) => 'letter' in r.evidence && r.evidence.letter === command.letter);
  if (!rule) refuse('unknown-task', `The ladder of this case has no letter “${command.letter}”.`);
  allowRoles(work, rule.approver ?? [], `approving “${titleOf(work.ladder, rule.task)}”`);
  const task = taskState(work.state, rule.task, command.round);
  const path = droppedBy(work.state, work.ladder, rule);
  if (path)
    refuse(
      'letter-not-due',
      `“${titleOf(work.ladder, rule.task)}” does not go out on this case: ${titleOf(work.ladder, pathKey(path.path))}.`,
    );
  const waits = letterWaits(work.state, work.ladder, rule);
  // Full days can go again after the letter's task has opened; what else a letter waits for stays.
  if (task?.status !== 'open' || waits.some(({ why }) => why === 'full_days'))
    refuse('letter-not-due', [`“${titleOf(work.ladder, rule.task)}” is not due on this case.`, ...waits.map(({ text }) => text)].join(' '));
  const unmet = needsOf(work.state, work.ladder, rule).filter((need) => !finished(work.state, work.ladder, need));
  if (unmet.length)
    refuse(
      'needs-other-tasks',
      `“${titleOf(work.ladder, rule.task)}” comes after: ${unmet.map((need) => titleOf(work.ladder, need)).join('; ')}.`,
    );
  const fallen = fallenReports(work.state, work.ladder);
  if (fallen.length) {
    const days = [...new Set(fallen.flatMap((r) => r.lost))].sort();
    refuse(
      'basis-lost',
      `Report ${fallen.map((r) => r.ordinal).join(', ')} may no longer be relied upon${days.length ? `, since ${days.join(', ')} no longer stand` : ''}: withdraw it first.`,
    );
  }
  const reports = soundReports(work.state, work.ladder);
  const needed = rule.reports ?? 1;
  if (reports.length < needed)
    refuse('letter-not-due', `“${titleOf(work.ladder, rule.task)}” rests on ${needed} standing reports; ${reports.length} stand.`);
  const already = work.state.letters.find((l) => l.letter === command.letter && l.round === command.round && l.lost.length === 0);
  if (already) refuse('letter-not-due', `“${titleOf(work.ladder, rule.task)}” was approved on ${already.on} and waits to be mailed.`);
  work.emit({
    type: 'letter_approved',
    body: {
      letter: command.letter,
      round: command.round,
      document: id,
      reports: reports.map((r) => r.ordinal),
      events: reports.flatMap((r) => r.events.filter((day) => !r.lost.includes(day))).sort(),
      template: command.letter,
    },
  });
}
