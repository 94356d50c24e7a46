import type { Day } from '../../cases/actions.ts';
import type { Ladder } from '../../policy/ladder.ts';
import type { Transaction } from '../database.ts';
import { closing, type ProposalAct } from '../proposal.ts';
import type { PolicyDraft } from '../read/policy-drafts.ts';

/** Writes a proposal down. @returns its id; null when another draft of the same policy is open */
export async function writePolicyDraft(
  trx: Transaction,
  draft: { document: string; ladder: Ladder; effective: Day; note: string },
  { by, role, at }: ProposalAct,
): Promise<string | null> {
  const { ladder, document, effective, note } = draft;
  const { id, version, digest } = ladder.policy;
  const what = { policy_id: id, version, digest, document, ladder: JSON.stringify(ladder), effective, note };
  const [row] = await trx('policy_draft')
    .insert({ ...what, proposed_by: by, proposed_role: role, proposed_at: at })
    .onConflict(trx.raw(`(policy_id) WHERE status = 'proposed'`))
    .ignore()
    .returning<{ draft_id: string }[]>('draft_id');
  return row?.draft_id ?? null;
}

/** Notes one approval. @param seen names what was read */
export async function writePolicyApproval(trx: Transaction, draftId: string, { by, role, at }: ProposalAct, seen: string): Promise<void> {
  await trx('policy_approval').insert({ draft_id: draftId, person_id: by, role, seen, approved_at: at });
}

/** Ends a draft. @param why null of an approval, which needs no reason */
export async function closePolicyDraft(
  trx: Transaction,
  draftId: string,
  status: Exclude<PolicyDraft['status'], 'proposed'>,
  act: ProposalAct,
  why: string | null,
): Promise<void> {
  await trx('policy_draft')
    .where({ draft_id: draftId })
    .update(closing(status, act, why));
}
