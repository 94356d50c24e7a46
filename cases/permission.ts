import type { TaskRule } from '../policy/ladder.ts';
import type { Role } from '../policy/vocabulary.ts';
import { refuse, type Drafting } from './draft.ts';
import { titleOf } from './wording.ts';

/** Who may document a task: its owner, and those the policy names beside. */
export function rolesOf(rule: TaskRule): Role[] {
  return [rule.owner, ...(rule.also ?? [])];
}

export function allow(work: Drafting, rule: TaskRule): void {
  allowRoles(work, rolesOf(rule), titleOf(work.ladder, rule.task));
}

export function allowRoles(work: Drafting, roles: Role[], what: string): void {
  if (!roles.some((role) => role === work.actor.role)) {
    refuse('role-not-allowed', `“${what}” is for ${roles.map(words).join(', ')}; you are signed in as ${words(work.actor.role)}.`);
  }
}

function words(role: string): string {
  return role.replaceAll('_', ' ');
}
