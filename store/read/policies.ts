import type { Database } from '../database.ts';

/** The text of the policy document in force; null before one is loaded. */
export async function readPolicyTextInForce(db: Database): Promise<string | null> {
  const row = await db('policy_version').where({ in_force: true }).first<{ document: string } | undefined>('document');
  return row?.document ?? null;
}
