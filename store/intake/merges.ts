import type { Actor } from '../../cases/events.ts';
import type { Transaction } from '../database.ts';

/** Why two records cannot be merged, as a sentence; or the merge that was written down. */
export type MergeAsked = { mergeId: string } | { problem: string };

/** Writes down that a person says two records are of one student. It is brought about by whoever holds the turn of attendance. */
export async function askMerge(
  trx: Transaction,
  input: { survivor: string; absorbed: string; reason: string; by: Actor; day: string },
): Promise<MergeAsked> {
  const { survivor, absorbed } = input;
  if (survivor === absorbed) return { problem: 'A student cannot be merged with the same student; name the other record.' };
  const busy = await trx('student_merge')
    .whereNull('undone_on')
    .where((of) => void of.whereIn('absorbed', [survivor, absorbed]).orWhere({ survivor: absorbed }))
    .first<{ absorbed: string; survivor: string } | undefined>('absorbed', 'survivor');
  if (busy?.absorbed === survivor)
    return { problem: 'This record counts as another student now; merge into that one, or un-merge it first.' };
  if (busy?.absorbed === absorbed) return { problem: 'The other record counts as another student already; un-merge it first.' };
  if (busy) return { problem: 'Other records are merged into the other one; un-merge them first, or merge the other way round.' };
  const [row] = await trx('student_merge')
    .insert({ survivor, absorbed, reason: input.reason, merged_by: JSON.stringify(input.by), merged_on: input.day })
    .returning<{ merge_id: string }[]>('merge_id');
  return { mergeId: row!.merge_id };
}

/** Writes down that a merge was wrong. @returns null when the two are not merged */
export async function askParting(
  trx: Transaction,
  input: { survivor: string; absorbed: string; reason: string; by: Actor; day: string },
): Promise<string | null> {
  const rows = await trx('student_merge')
    .where({ survivor: input.survivor, absorbed: input.absorbed, undone_on: null })
    .update({ undo_reason: input.reason, undone_by: JSON.stringify(input.by), undone_on: input.day })
    .returning<{ merge_id: string }[]>('merge_id');
  return rows[0]?.merge_id ?? null;
}
