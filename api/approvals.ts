import type { Day } from '../cases/actions.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import type { Proposed, ProposalAct } from '../store/proposal.ts';
import { actorAt } from './give-command.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';

/** How many people other than the one who proposed it approve a policy, or a text of letters, before it is used (ADR 0045). */
export const APPROVERS = 2;

/** What these rules ask of a proposal. */
type Proposal = Pick<Proposed, 'proposedBy' | 'status' | 'closedBy' | 'effective'> & { approvals: { by: string }[] };

/** What a proposal is of, as the types of its problems begin, with its words. */
export const POLICY = { kind: 'policy', name: 'policy', starts: 'comes into force' } as const;
export const TEXT = { kind: 'text', name: 'text', starts: 'is used' } as const;
type Subject = typeof POLICY | typeof TEXT;

/** Who decides now, and when by the district's clock: policies and texts are the district's. */
export async function actOf(trx: Transaction, person: Person): Promise<ProposalAct> {
  const { id: by, role } = actorAt(person, 'district');
  return { by, role, at: (await districtTime(trx)).at };
}

/** @throws Problem when it is closed, or the person proposed it or has approved it already */
export function mustBeApprovable(proposal: Proposal, person: Person, of: Subject): void {
  mustBe(proposal, ['proposed'], of);
  if (proposal.proposedBy === person.id)
    throw new Problem(
      'approver-proposed',
      `You proposed this ${of.name}; two other people read and approve it. Ask two who are an attendance supervisor or administrator.`,
    );
  if (proposal.approvals.some(({ by }) => by === person.id))
    throw new Problem('already-approved', `You have approved this ${of.name} already.`);
}

/** Whether one more approval is the last that it takes. */
export function isLastApproval({ approvals }: Proposal): boolean {
  return approvals.length + 1 >= APPROVERS;
}

/**
 * One that was approved can be ended as long as its day has not come; only whoever proposed it withdraws it.
 * @throws Problem when that is not so
 */
export function mustBeEndable(proposal: Proposal, person: Person, status: 'rejected' | 'withdrawn', day: Day, of: Subject): void {
  mustBe(proposal, ['proposed', 'approved'], of);
  if (proposal.status === 'approved' && proposal.effective <= day)
    throw new Problem(
      `${of.kind}-draft-closed`,
      `It is in ${of.kind === 'policy' ? 'force' : 'use'} since ${proposal.effective}; propose another version to change it.`,
    );
  if (status === 'withdrawn' && proposal.proposedBy !== person.id)
    throw new Problem('role-not-allowed', `Only the person who proposed a ${of.name} withdraws it; you can reject it, with a reason.`);
}

/**
 * Nothing of the past is decided anew, and versions follow each other in their order.
 * @param last the last day from which another version is, or will be, used
 * @throws Problem when the day has begun, or another version comes after it
 */
export function mustLieAhead(effective: Day, day: Day, last: Day | null, of: Subject): void {
  if (effective <= day)
    throw new Problem(
      `${of.kind}-not-ahead`,
      `A ${of.name} ${of.starts} on a day that lies ahead; it is ${day}. Propose it for a later day.`,
    );
  if (last !== null && effective <= last)
    throw new Problem(`${of.kind}-not-ahead`, `Another version ${of.starts} on ${last}; this one has to come after it.`);
}

function mustBe({ status, closedBy }: Proposal, allowed: Proposal['status'][], of: Subject): void {
  if (!allowed.includes(status)) throw new Problem(`${of.kind}-draft-closed`, `This draft is ${status} already, by ${closedBy}.`);
}
