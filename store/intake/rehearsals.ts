import type { Day } from '../../cases/actions.ts';
import type { Ladder } from '../../policy/ladder.ts';
import type { Responses } from '../../policy/rehearsal.ts';
import type { Actor } from '../../cases/events.ts';
import type { Transaction } from '../database.ts';

/** A policy that is rehearsed: the draft, or the one in force that it is compared with. */
export interface PolicyRehearsed {
  which: 'draft' | 'in_force';
  document: string;
  ladder: Ladder;
}

/** What people are taken to do: what a table says, or what the district's own record shows. */
export type AskedResponses = Responses | 'recorded';

/** Days for which a rehearsal is kept: it is a guess about the past, and names students. */
const KEPT_DAYS = 30;

/** Writes down what is to be rehearsed, and drops what was rehearsed long ago. @returns its id */
export async function writeRehearsal(
  trx: Transaction,
  asked: {
    from: Day;
    to: Day;
    schools: string[] | null;
    policies: PolicyRehearsed[];
    responses: AskedResponses;
    by: string;
    role: Actor['role'];
  },
): Promise<string> {
  await trx('policy_rehearsal')
    .whereRaw(`asked_at < now() - make_interval(days => ?)`, [KEPT_DAYS])
    .whereNotIn('status', ['queued', 'running'])
    .delete();
  const [row] = await trx('policy_rehearsal')
    .insert({
      from_day: asked.from,
      to_day: asked.to,
      schools: asked.schools,
      policies: JSON.stringify(asked.policies),
      responses: JSON.stringify(asked.responses),
      asked_by: asked.by,
      asked_role: asked.role,
    })
    .returning<{ rehearsal_id: string }[]>('rehearsal_id');
  if (!row) throw new Error('a rehearsal was not written');
  return row.rehearsal_id;
}

/** Cancels a rehearsal that goes on or waits; whoever works on it finds it so within seconds. @returns false where there is nothing to cancel any more */
export async function cancelRehearsal(trx: Transaction, rehearsalId: string, by: string): Promise<boolean> {
  const ended = { status: 'cancelled', ended_by: by, ended_at: trx.fn.now() };
  return (await trx('policy_rehearsal').where({ rehearsal_id: rehearsalId }).whereIn('status', ['queued', 'running']).update(ended)) === 1;
}
