import type { Day } from '../../cases/actions.ts';
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

/** A version of a policy with the days on which it was, is or will be in force. */
export interface PolicyTerm {
  id: string;
  version: number;
  digest: string;
  /** First day; null for the policy that the district began with. */
  from: Day | null;
  /** Last day; null while it is in force, or since nothing comes after it yet. */
  until: Day | null;
}

const TERMS = `SELECT t.policy_id AS id, t.version, v.digest, t.from_day AS "from",
    lead(t.from_day) OVER (ORDER BY t.from_day NULLS FIRST) - 1 AS until
  FROM policy_term t JOIN policy_version v USING (policy_id, version)`;

/** Which version was in force on which days, oldest first. */
export async function readPolicyTerms(db: Database): Promise<PolicyTerm[]> {
  const { rows } = await db.raw<{ rows: PolicyTerm[] }>(`${TERMS} ORDER BY t.from_day NULLS FIRST`);
  return rows;
}

/** One recorded version, with its text as it was written; null when there is none of this name. */
export async function readPolicyVersion(
  db: Database,
  name: { id: string; version: number },
): Promise<{ id: string; version: number; digest: string; document: string } | null> {
  const row = await db('policy_version')
    .where({ policy_id: name.id, version: name.version })
    .first<{ id: string; version: number; digest: string; document: string } | undefined>(
      'policy_id AS id',
      'version',
      'digest',
      'document',
    );
  return row ?? null;
}

/** How many open cases are on each version, by `id version`. */
export async function countOpenCases(db: Database): Promise<Map<string, number>> {
  const { rows } = await db.raw<{ rows: { pin: string; n: number }[] }>(
    `SELECT policy_id || ' ' || policy_version AS pin, count(*)::integer AS n FROM attendance_case WHERE phase <> 'closed' GROUP BY 1`,
  );
  return new Map(rows.map(({ pin, n }) => [pin, n]));
}

/** The version in force, and since when; null before one is loaded. */
export async function readTermInForce(db: Database): Promise<PolicyTerm | null> {
  return (await readPolicyTerms(db)).at(-1) ?? null;
}

/** The text of the policy document in force; null before one is loaded. */
export async function readPolicyTextInForce(db: Database): Promise<string | null> {
  const row = await db('policy_version').where({ in_force: true }).first<{ document: string } | undefined>('document');
  return row?.document ?? null;
}
