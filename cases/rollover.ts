import type { TaskRule } from '../policy/ladder.ts';
import type { Day } from './actions.ts';
import type { Drafting } from './draft.ts';
import { ruleOf } from './evidence.ts';
import type { TaskState } from './state.ts';

/**
 * A new school year: counts and report numbers start again, what was done stays in the record. Each task of the year that ended is
 * dealt with by the policy's rules of carrying over, each visibly: it goes on with a new due date, or, done already and still in force,
 * counts on (contracts, plans and directives run past June), or is withdrawn.
 */
export function endYear(work: Drafting, ended: string): void {
  for (const task of work.state.tasks.filter((t) => t.year === ended)) {
    const rule = ruleOf(work.ladder, task.task);
    if (task.status === 'open' || task.status === 'paused') {
      if (rule && (work.ladder.rollover?.goOn ?? []).includes(task.task) && task.status === 'open') {
        work.emit({ type: 'task_carried', body: { task: task.task, round: task.round, due: work.due(rule.recurs ?? rule.due) } });
      } else work.withdraw(task, 'year_ended');
    } else if (task.status === 'done' && rule && countsOn(work, rule, task)) {
      work.emit({ type: 'task_carried', body: { task: task.task, round: task.round, due: null } });
    }
  }
}

function countsOn(work: Drafting, rule: TaskRule, task: TaskState): boolean {
  const standing = work.ladder.rollover?.countOn ?? null;
  const lasting = 'action' in rule.evidence && (rule.evidence.action === 'contract' || rule.evidence.action === 'plan');
  if (standing === null ? !lasting : !standing.includes(task.task)) return false;
  return work.state.actions.some((action) => !action.superseded && task.evidence.includes(action.id) && inForce(action, work.time.day));
}

/** A contract binds until its last day, a plan until its review. Whatever has no such day stays as it was. */
function inForce(action: Drafting['state']['actions'][number], day: Day): boolean {
  if (action.kind === 'contract') return action.details.until >= day;
  if (action.kind === 'plan') return action.details.review >= day;
  return true;
}
