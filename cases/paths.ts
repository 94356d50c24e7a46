import type { Ladder, Path, TaskRule } from '../policy/ladder.ts';
import { remembered } from './remembered.ts';
import type { CaseState } from './state.ts';
import { titleOf } from './wording.ts';

/** The paths that a student's flags and age put the case on, in the order of the policy. */
export function pathsOf({ standing }: CaseState, ladder: Ladder): Path[] {
  return pathsNow(standing, ladder);
}

const pathsNow = remembered((standing: CaseState['standing'], { paths }: Ladder): Path[] =>
  standing === null
    ? []
    : (paths ?? []).filter(
        ({ flags, age }) => (flags ?? []).some((flag) => standing.flags?.includes(flag)) || (age !== undefined && standing.age >= age),
      ),
);

export function isOnPath(state: CaseState, ladder: Ladder, path: string): boolean {
  return pathsOf(state, ladder).some((one) => one.path === path);
}

/** The path that keeps a task from being asked on this case; undefined when none does. */
export function droppedBy(state: CaseState, ladder: Ladder, rule: TaskRule): Path | undefined {
  return pathsOf(state, ladder).find(
    (path) =>
      path.drops?.includes(rule.task) === true ||
      (path.notices === 'stop' && isLetter(rule)) ||
      (path.referral === 'stop' && isPartOfReferral(rule)),
  );
}

/** What must be finished before a task: what the policy says, without what a path drops, and for a letter what its paths put first. */
export function needsOf(state: CaseState, ladder: Ladder, rule: TaskRule): string[] {
  const paths = pathsOf(state, ladder);
  if (paths.length === 0) return rule.needs ?? [];
  const own = (rule.needs ?? []).filter((need) => !paths.some((path) => path.drops?.includes(need)));
  const first = isLetter(rule) ? paths.flatMap((path) => path.first ?? []) : [];
  return [...new Set([...first, ...own])];
}

/** The paths that put one of these tasks first. */
export function pathsBehind(state: CaseState, ladder: Ladder, tasks: string[]): Path[] {
  return pathsOf(state, ladder).filter((path) => path.first?.some((task) => tasks.includes(task)));
}

/** A path the case is on, and what it changes, in sentences. */
export function pathLines(state: CaseState, ladder: Ladder): { path: string; title: string; clause: string; text: string }[] {
  return pathsOf(state, ladder).map((path) => {
    const key = pathKey(path.path);
    const effects = [
      path.first?.length ? `Before any letter: ${path.first.map((task) => titleOf(ladder, task)).join('; ')}.` : '',
      path.drops?.length ? `Not asked: ${path.drops.map((task) => titleOf(ladder, task)).join('; ')}.` : '',
      path.notices === 'stop' ? 'No truancy letter goes to the parent.' : '',
      path.referral === 'stop' ? 'There is no referral.' : '',
    ].filter((effect) => effect !== '');
    return { path: path.path, title: titleOf(ladder, key), clause: ladder.wording?.[key]?.clause ?? '', text: effects.join(' ') };
  });
}

/** Under what key a path is worded. */
export function pathKey(path: string): string {
  return `path:${path}`;
}

function isLetter(rule: TaskRule): boolean {
  return 'letter' in rule.evidence;
}

function isPartOfReferral({ evidence }: TaskRule): boolean {
  return 'referral' in evidence || ('action' in evidence && evidence.action === 'notice_of_referral');
}
