import type { Drafting } from './draft.ts';
import type { MergedRecord } from './events.ts';
import { remembered } from './remembered.ts';
import type { CaseState } from './state.ts';

/** The merge by which this case counts as another student's now; null while it counts for itself. */
export function mergedInto(state: CaseState): MergedRecord | null {
  return (state.merges ?? []).find((one) => one.as === 'absorbed') ?? null;
}

/** Reports of this school year that stand on the cases of records merged into this one: their days are served, and they count. */
export function reportsElsewhere(state: CaseState): MergedRecord['reports'] {
  return reportsOf(state.merges, state.schoolYear);
}

const reportsOf = remembered((merges: CaseState['merges'] = [], year: string | null) =>
  merges.filter((one) => one.as === 'survivor').flatMap((one) => one.reports.filter((r) => r.year === year)),
);

/**
 * Takes note of records that were merged or parted since. A case whose record counts as another student keeps its whole record and
 * sleeps: its tasks rest as they are, and go on when the merge is taken back.
 */
export function noteMerges(work: Drafting): void {
  const { standing } = work.state;
  if (!standing) return;
  const now: MergedRecord[] = [
    ...(standing.mergedInto ? [{ ...standing.mergedInto, as: 'absorbed' as const, reports: [] }] : []),
    ...(standing.joined ?? []).map((one) => ({ ...one, as: 'survivor' as const })),
  ];
  for (const { merge } of work.state.merges ?? []) {
    if (!now.some((one) => one.merge === merge)) work.emit({ type: 'record_parted', body: { merge } });
  }
  for (const one of now) {
    if (!(work.state.merges ?? []).some(({ merge }) => merge === one.merge)) work.emit({ type: 'record_merged', body: one });
  }
}
