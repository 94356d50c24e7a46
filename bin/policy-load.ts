import { compile, readPolicy, shippedPolicies, shippedPolicyText } from '../policy/index.ts';
import type { Database } from '../store/database.ts';
import { readPinInForce } from '../store/read/case-record.ts';
import { putPolicyInForce, recordPolicy } from '../store/policy-store.ts';

/**
 * Puts a shipped policy into a database, and in force if none is. Safe to repeat: what the district has decided since stays in force.
 * @param id one of `shippedPolicies()`
 * @throws if there is no such policy, or the document is refused
 */
export async function loadShippedPolicy(db: Database, id: string): Promise<{ id: string; version: number }> {
  if (!shippedPolicies().includes(id)) throw new Error(`no policy "${id}" is shipped; there are ${shippedPolicies().join(', ')}`);
  const document = shippedPolicyText(id);
  const read = readPolicy(document);
  if (!read.ok)
    throw new Error(`the shipped policy ${id} is refused: ${read.problems.map(({ path, reason }) => `${path}: ${reason}`).join('; ')}`);
  const ladder = compile(read.document);
  await recordPolicy(db, { document, ladder });
  if ((await readPinInForce(db)) === null) await putPolicyInForce(db, ladder.policy);
  return { id: ladder.policy.id, version: ladder.policy.version };
}
