import { fold } from '../../cases/index.ts';
import type { CaseState } from '../../cases/state.ts';
import type { Transaction } from '../../store/database.ts';
import { readStanding } from '../../store/standing.ts';
import { readCaseEvents } from '../../store/read/case-record.ts';

/** A case as its events make it; the empty case when it has not begun. */
export async function readCaseState(trx: Transaction, caseId: string): Promise<CaseState> {
  return fold(caseId, await readCaseEvents(trx, caseId));
}

/**
 * The case with the newest standing: as it would be judged now, since every message to a case carries the standing of that moment.
 * @returns also `judged`, the case as its events leave it
 */
export async function readCaseNow(trx: Transaction, caseId: string): Promise<{ state: CaseState; judged: CaseState }> {
  const judged = await readCaseState(trx, caseId);
  const present = await readStanding(trx, caseId);
  // The same version later: its date and its enrolled days go on though nothing else did.
  const holds = present !== null && present.version >= (judged.standing?.version ?? 0);
  return { judged, state: holds ? { ...judged, standing: present } : judged };
}
