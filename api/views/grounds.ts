import { groundStands } from '../../cases/index.ts';
import type { Ground } from '../../policy/vocabulary.ts';
import type { Transaction } from '../../store/database.ts';
import { readCaseLadder } from '../../store/read/case-record.ts';
import { readCaseNow } from './case-state.ts';

/** Whether a ground for a referral stands on a case now, by the statute's definition of it. */
export async function stands(trx: Transaction, caseId: string, ground: Ground): Promise<boolean> {
  const [{ state }, ladder] = [await readCaseNow(trx, caseId), await readCaseLadder(trx, caseId)];
  if (ladder === null) return false;
  return groundStands(state, ladder, ground);
}
