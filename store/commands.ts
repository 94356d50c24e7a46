import type { Actor } from '../cases/events.ts';
import type { Command, Refusal } from '../cases/messages.ts';
import type { Database, Transaction } from './database.ts';

export interface StoredCommand {
  commandId: string;
  caseId: string;
  command: Command;
  actor: Actor;
  textDigest: string | null;
  ifSeq: number | null;
  outcome: 'applied' | 'refused' | null;
  outcomeBody: unknown;
}

/** A command as it was written down, with its outcome if it has one. */
export async function readCommand(db: Database, commandId: string): Promise<StoredCommand | null> {
  const row = await db('command').where({ command_id: commandId }).first<Record<string, unknown> | undefined>();
  if (!row) return null;
  return {
    commandId,
    caseId: row['case_id'] as string,
    command: row['body'] as Command,
    actor: row['actor'] as Actor,
    textDigest: row['text_digest'] as string | null,
    ifSeq: row['if_seq'] as number | null,
    outcome: row['outcome'] as StoredCommand['outcome'],
    outcomeBody: row['outcome_body'],
  };
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
