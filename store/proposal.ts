import type { Day } from '../cases/actions.ts';
import type { Role } from '../policy/vocabulary.ts';

/** What is changed in the open, a policy or a letter's text: who proposed it, who approved it, and what has become of it. */
export interface Proposed {
  /** First day on which it is used. */
  effective: Day;
  note: string;
  proposedBy: string;
  proposedRole: Role;
  /** District time. */
  proposedAt: string;
  status: 'proposed' | 'approved' | 'rejected' | 'withdrawn';
  closedBy: string | null;
  closedAt: string | null;
  closedWhy: string | null;
  approvals: { by: string; role: Role; at: string }[];
}

/** Who decides about a proposal, and when by the district's clock. */
export interface ProposalAct {
  by: string;
  role: string;
  at: string;
}

/** A proposal as its table has it, and its approvals as theirs does. */
export type ProposalRow<Of extends Proposed> = Omit<Of, 'proposedAt' | 'closedAt' | 'approvals'> & {
  proposedAt: Date;
  closedAt: Date | null;
};
export interface ApprovalRow {
  person_id: string;
  role: Role;
  approved_at: Date;
}

/** The columns that every table of proposals has. */
export const PROPOSAL_COLUMNS = {
  effective: 'effective',
  note: 'note',
  proposedBy: 'proposed_by',
  proposedRole: 'proposed_role',
  proposedAt: 'proposed_at',
  status: 'status',
  closedBy: 'closed_by',
  closedAt: 'closed_at',
  closedWhy: 'closed_why',
};

/** A row's instants as text, with its approvals. */
export function withApprovals<Row extends { proposedAt: Date; closedAt: Date | null }>(
  { proposedAt, closedAt, ...row }: Row,
  approvals: readonly ApprovalRow[],
): Omit<Row, 'proposedAt' | 'closedAt'> & Pick<Proposed, 'proposedAt' | 'closedAt' | 'approvals'> {
  return {
    ...row,
    proposedAt: proposedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    approvals: approvals.map(({ person_id: by, role, approved_at: at }) => ({ by, role, at: at.toISOString() })),
  };
}

/** What an update writes when a proposal is closed. @param why null of an approval, which needs no reason */
export function closing(status: Exclude<Proposed['status'], 'proposed'>, { by, at }: ProposalAct, why: string | null): object {
  return { status, closed_by: by, closed_at: at, closed_why: why };
}
