import type { Ladder } from '../policy/ladder.ts';

/** What a task or requirement is called; its key where the wording does not travel along (inside the workflow). */
export function titleOf(ladder: Ladder, key: string): string {
  return ladder.wording?.[key]?.title ?? key;
}
