import type { Ladder } from '../policy/ladder.ts';
import type { Role } from '../policy/vocabulary.ts';
import type { CommandKind } from './messages.ts';
import { finished } from './evidence.ts';
import { mergedInto } from './merged.ts';
import { needsOf, pathKey, pathsBehind } from './paths.ts';
import { rolesOf } from './permission.ts';
import type { CaseState } from './state.ts';
import { standingReports } from './truancy.ts';
import { titleOf } from './wording.ts';

/** Something that can be done on a case now, by whom. */
export interface Possible {
  command: CommandKind;
  title: string;
  roles: Role[];
  task?: { task: string; round: number };
  /** Titles of tasks that must come first; absent when nothing stands in the way. */
  waitsFor?: string[];
  /** Titles of the paths that ask for it; absent when none does. */
  paths?: string[];
}

/** What may be done now and by whom: the open tasks first, in the order of the ladder, then what needs no task. */
export function possible(state: CaseState, ladder: Ladder): Possible[] {
  if (mergedInto(state)) return [];
  const open = state.tasks.filter((t) => t.status === 'open');
  const answers: Possible[] = [];
  for (const rule of ladder.tasks) {
    for (const { task, round } of open.filter((t) => t.task === rule.task)) {
      const unmet = needsOf(state, ladder, rule).filter((need) => !finished(state, ladder, need));
      const paths = pathsBehind(state, ladder, unmet).map(({ path }) => titleOf(ladder, pathKey(path)));
      const base = {
        title: titleOf(ladder, rule.task),
        task: { task, round },
        ...(unmet.length ? { waitsFor: unmet.map((need) => titleOf(ladder, need)) } : {}),
        ...(paths.length ? { paths } : {}),
      };
      if ('letter' in rule.evidence) {
        const { letter } = rule.evidence;
        const approved = state.letters.some((l) => l.letter === letter && l.round === round && l.lost.length === 0);
        answers.push(
          approved
            ? { ...base, command: 'document_action', roles: rolesOf(rule) }
            : { ...base, command: 'approve_letter', roles: rule.approver ?? [] },
        );
      } else if ('report' in rule.evidence) answers.push({ ...base, command: 'file_report', roles: rolesOf(rule) });
      else if ('withdrawal' in rule.evidence) answers.push({ ...base, command: 'withdraw_report', roles: rolesOf(rule) });
      else if ('referral' in rule.evidence) answers.push({ ...base, command: 'refer', roles: rolesOf(rule) });
      else if ('action' in rule.evidence) answers.push({ ...base, command: 'document_action', roles: rolesOf(rule) });
      if (rule.unavailable)
        answers.push({ ...base, command: 'record_unavailable', roles: [...new Set<Role>([...rolesOf(rule), 'case_manager'])] });
    }
  }
  if (state.closed !== null) return [];
  const reporting = ladder.tasks.find((r) => 'report' in r.evidence);
  if (reporting && standingReports(state).length)
    answers.push({ command: 'withdraw_report', title: 'Withdraw a truancy report', roles: rolesOf(reporting) });
  return answers;
}
