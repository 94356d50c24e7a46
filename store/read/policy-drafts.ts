import type { Day } from '../../cases/actions.ts';
import type { Ladder, PolicyPin } from '../../policy/ladder.ts';
import type { Database, Transaction } from '../database.ts';
import { PROPOSAL_COLUMNS, withApprovals, type ApprovalRow, type Proposed, type ProposalRow } from '../proposal.ts';

/** A proposed version of a policy, with what has become of it. */
export interface PolicyDraft extends Proposed {
  draftId: string;
  policy: PolicyPin;
  document: string;
  ladder: Ladder;
}

type Row = Omit<ProposalRow<PolicyDraft>, 'policy'> & PolicyPin;

const COLUMNS = {
  draftId: 'draft_id',
  id: 'policy_id',
  version: 'version',
  digest: 'digest',
  document: 'document',
  ladder: 'ladder',
  ...PROPOSAL_COLUMNS,
};

/** All drafts there ever were, latest first. */
export async function readPolicyDrafts(db: Database): Promise<PolicyDraft[]> {
  return approved(db, await db('policy_draft').orderBy('draft_id', 'desc').select<Row[]>(COLUMNS));
}

/** One draft; null when there is none of this id. @param options.lock keeps everybody else from deciding about it meanwhile */
export async function readPolicyDraft(db: Database, draftId: string, options: { lock?: boolean } = {}): Promise<PolicyDraft | null> {
  const query = db('policy_draft').where({ draft_id: draftId }).select<Row[]>(COLUMNS);
  const [draft] = await approved(db, await (options.lock ? query.forUpdate() : query));
  return draft ?? null;
}

async function approved(db: Database, rows: Row[]): Promise<PolicyDraft[]> {
  const approvals = await db('policy_approval')
    .whereIn(
      'draft_id',
      rows.map(({ draftId }) => draftId),
    )
    .orderBy(['approved_at', 'person_id'])
    .select<(ApprovalRow & { draft_id: string })[]>();
  return rows.map(({ id, version, digest, ...row }) => ({
    ...withApprovals(
      row,
      approvals.filter(({ draft_id }) => draft_id === row.draftId),
    ),
    policy: { id, version, digest },
  }));
}

/** The number that the next version of a policy has. */
export async function nextVersion(trx: Transaction, policyId: string): Promise<number> {
  const { last } = await trx('policy_version')
    .where({ policy_id: policyId })
    .max<{ last: number | null }>('version AS last')
    .first<{ last: number | null }>();
  return (last ?? 0) + 1;
}

/** The last day from which any version is, or by an approval will be, in force; null when that is only the one the district began with. */
export async function lastEffective(trx: Transaction): Promise<Day | null> {
  const { rows } = await trx.raw<{ rows: { day: Day | null }[] }>(
    `SELECT greatest((SELECT max(from_day) FROM policy_term), (SELECT max(effective) FROM policy_draft WHERE status = 'approved')) AS day`,
  );
  return rows[0]?.day ?? null;
}
