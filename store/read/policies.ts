import type { Ladder } from '../../policy/ladder.ts';
import type { Database } from '../database.ts';

/** A policy as it was loaded: the document's own text, and the ladder compiled from it. */
export interface PolicyInForce {
  id: string;
  version: number;
  document: string;
  ladder: Ladder;
}

/** The policy in force; null before one is loaded. */
export async function readPolicyInForce(db: Database): Promise<PolicyInForce | null> {
  const row = await db('policy_version')
    .where({ in_force: true })
    .first<PolicyInForce | undefined>('policy_id AS id', 'version', 'document', 'ladder');
  return row ?? null;
}

/** The text of the policy document in force; null before one is loaded. */
export async function readPolicyTextInForce(db: Database): Promise<string | null> {
  const row = await db('policy_version').where({ in_force: true }).first<{ document: string } | undefined>('document');
  return row?.document ?? null;
}
