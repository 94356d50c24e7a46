import type { Actor } from '../cases/events.ts';
import type { Command, Refusal } from '../cases/messages.ts';
import type { Database, Transaction } from './database.ts';

/** How a command ended. */
export interface CommandOutcome {
  outcome: 'applied' | 'refused';
  body: unknown;
}

/** A command as it was written down, and what its sender has to know besides. */
export interface StoredCommand {
  caseId: string;
  command: Command;
  actor: Actor;
  textDigest: string | null;
  ifSeq: number | null;
  /** Null while it has none. */
  outcome: CommandOutcome | null;
  /** Whether the student's standing says something that the case has not taken note of: a later version, or due days that moved. */
  standingIsNews: boolean;
}

type Row = Record<'case_id' | 'outcome' | 'outcome_body', unknown> & {
  body: Command;
  actor: Actor;
  text_digest: string | null;
  if_seq: number | null;
  standing_is_news: boolean;
};

/** A command as it was written down, with its outcome if it has one. */
export async function readCommand(db: Database, commandId: string): Promise<StoredCommand | null> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `SELECT k.case_id, k.body, k.actor, k.text_digest, k.if_seq, k.outcome, k.outcome_body,
       coalesce((SELECT s.version FROM standing s WHERE s.case_id = k.case_id), 0)
         > coalesce((SELECT c.standing_version FROM attendance_case c WHERE c.case_id = k.case_id), 0)
       OR EXISTS (SELECT FROM case_task t WHERE t.case_id = k.case_id AND t.due_stale AND t.status = 'open') AS standing_is_news
     FROM command k WHERE k.command_id = ?`,
    [commandId],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    caseId: row.case_id as string,
    command: row.body,
    actor: row.actor,
    textDigest: row.text_digest,
    ifSeq: row.if_seq,
    outcome: outcomeOf(row),
    standingIsNews: row.standing_is_news,
  };
}

/** The outcome of a command; null while it has none. */
export async function readOutcome(db: Database, commandId: string): Promise<CommandOutcome | null> {
  const row = await db('command')
    .where({ command_id: commandId })
    .first<Record<'outcome' | 'outcome_body', unknown> | undefined>('outcome', 'outcome_body');
  return row ? outcomeOf(row) : null;
}

function outcomeOf(row: Record<'outcome' | 'outcome_body', unknown>): CommandOutcome | null {
  return row.outcome === null ? null : { outcome: row.outcome as CommandOutcome['outcome'], body: row.outcome_body };
}

/**
 * Sets a command's one outcome to applied, inside the transition's transaction (house rule 1).
 * @returns false when it already has an outcome
 */
export async function applyOnce(trx: Transaction, commandId: string, seq: number): Promise<boolean> {
  const changed = await trx('command')
    .where({ command_id: commandId })
    .whereNull('outcome')
    .update({ outcome: 'applied', outcome_body: JSON.stringify({ seq }), outcome_at: trx.fn.now() });
  return changed === 1;
}

/** Sets a command's outcome to refused, unless it has one already (house rule 1: compare-and-set, before anyone is told). */
export async function refuseOnce(db: Database, commandId: string, refusal: Refusal): Promise<void> {
  await db.raw('SELECT refuse_command(?, ?::jsonb)', [commandId, JSON.stringify(refusal)]);
}
