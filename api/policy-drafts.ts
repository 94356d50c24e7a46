import type { z } from 'zod';
import { compile, readPolicy } from '../policy/index.ts';
import { differences } from '../policy/differences.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import { closePolicyDraft, writePolicyApproval, writePolicyDraft } from '../store/intake/policy-drafts.ts';
import { recordPolicy } from '../store/policy-store.ts';
import { readPolicyInForce } from '../store/read/policies.ts';
import { lastEffective, nextVersion, readPolicyDraft, type PolicyDraft } from '../store/read/policy-drafts.ts';
import type { policyDraft } from './contracts/policy.ts';
import { actOf, APPROVERS, isLastApproval, mustBeApprovable, mustBeEndable, mustLieAhead, POLICY } from './approvals.ts';
import { sha256 } from './give-command.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';

type DraftView = z.input<typeof policyDraft>;

/** A draft as its page shows it: with its whole text, and what it changes in the policy in force. */
export async function viewDraft(trx: Transaction, draft: PolicyDraft): Promise<{ view: DraftView; etag: string }> {
  const inForce = await readPolicyInForce(trx);
  const comparedTo = inForce ? { id: inForce.id, version: inForce.version } : null;
  const { ladder: _ladder, ...shown } = draft;
  const view = { ...shown, approvalsNeeded: APPROVERS, comparedTo, differences: changesOf(inForce?.document ?? null, draft.document) };
  // What an approval has seen: the text, the day, and with what it was compared.
  return { view, etag: sha256({ draft: draft.draftId, digest: draft.policy.digest, effective: draft.effective, comparedTo }).slice(0, 32) };
}

/** What a document changes, in sentences; null when the one before cannot be read by this release. */
function changesOf(before: string | null, after: string): DraftView['differences'] {
  const [old, now] = [readPolicy(before ?? ''), readPolicy(after)];
  return old.ok && now.ok ? differences(old.document, now.document).filter(({ path }) => path !== 'version') : null;
}

/**
 * Writes a proposal down, if it is a valid policy, the next version, says something new, and lies ahead.
 * @throws Problem policy-invalid with every problem: path, line, reason, remedy
 */
export async function proposePolicy(
  trx: Transaction,
  person: Person,
  { document, effective, note }: { document: string; effective: string; note: string },
): Promise<PolicyDraft> {
  const act = await actOf(trx, person);
  const read = readPolicy(document);
  if (!read.ok) throw invalidPolicy(read.problems);
  const ladder = compile(read.document);
  const { id, version } = ladder.policy;
  const next = await nextVersion(trx, id);
  if (version !== next) {
    const reason = next === 1 ? `no version of ${id} is here yet` : `version ${next - 1} of ${id} is the latest`;
    const line = document.split('\n').findIndex((one) => one.startsWith('version:')) + 1;
    throw invalidPolicy([{ path: 'version', line: line || null, reason, remedy: `give this document the version ${next}` }]);
  }
  await mustComeNext(trx, effective);
  const inForce = await readPolicyInForce(trx);
  if (inForce?.id === id && changesOf(inForce.document, document)?.length === 0)
    throw new Problem('policy-unchanged', `The document says the same as ${id} version ${inForce.version}, which is in force.`);
  const draftId = await writePolicyDraft(trx, { document, ladder, effective, note }, act);
  if (draftId === null)
    throw new Problem('policy-draft-open', `Another draft of ${id} is open; it must be approved, rejected or withdrawn first.`);
  return draftOf(trx, draftId);
}

/** @throws Problem 404 when there is none of this id */
export async function draftOf(trx: Transaction, draftId: string, options: { lock?: boolean } = {}): Promise<PolicyDraft> {
  const draft = await readPolicyDraft(trx, draftId, options);
  if (draft === null) throw new Problem('not-found', 'There is no such draft of a policy.');
  return draft;
}

/**
 * One person's approval of what that person has read. With the second one the version is recorded, and comes into force when the day
 * turns on which it is effective.
 * @param seen the ETag that was read
 * @throws Problem when the person proposed it, has approved it already, or it is another now than was read
 */
export async function approveDraft(trx: Transaction, person: Person, draftId: string, seen: string): Promise<PolicyDraft> {
  const draft = await draftOf(trx, draftId, { lock: true });
  const act = await actOf(trx, person);
  mustBeApprovable(draft, person, POLICY);
  const { etag } = await viewDraft(trx, draft);
  const { id, version } = draft.policy;
  if (etag !== seen || version !== (await nextVersion(trx, id)))
    throw new Problem('policy-moved-on', 'What this draft is compared with has changed since you read it. Read it again, then decide.');
  await mustComeNext(trx, draft.effective);
  await writePolicyApproval(trx, draftId, act, seen);
  if (isLastApproval(draft)) {
    await recordPolicy(trx, draft);
    await closePolicyDraft(trx, draftId, 'approved', act, null);
  }
  return draftOf(trx, draftId);
}

/** Ends a draft with a reason. One that was approved can be ended as long as it is not in force. */
export async function endDraft(
  trx: Transaction,
  person: Person,
  draftId: string,
  end: { status: 'rejected' | 'withdrawn'; reason: string },
): Promise<PolicyDraft> {
  const draft = await draftOf(trx, draftId, { lock: true });
  const act = await actOf(trx, person);
  mustBeEndable(draft, person, end.status, (await districtTime(trx)).day, POLICY);
  await closePolicyDraft(trx, draftId, end.status, act, end.reason);
  return draftOf(trx, draftId);
}

async function mustComeNext(trx: Transaction, effective: string): Promise<void> {
  mustLieAhead(effective, (await districtTime(trx)).day, await lastEffective(trx), POLICY);
}

/** All that is wrong with a document, with path, line, reason and remedy. */
export function invalidPolicy(problems: { path: string; line: number | null; reason: string; remedy: string }[]): Problem {
  const errors = problems.map(({ path, line, reason, remedy }) => ({
    path: path || 'document',
    message: `${line === null ? '' : `line ${line}: `}${reason}. ${remedy}`,
  }));
  const number = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  return new Problem('policy-invalid', `The document is not a valid policy: ${number}.`, { errors, problems });
}
