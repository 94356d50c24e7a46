import type { Database } from '../database.ts';

/** A written command with its outcome, as its giver may read it. */
export interface CommandRow {
  commandId: string;
  caseId: string;
  kind: string;
  bodySha256: string;
  textSalt: string | null;
  textDigest: string | null;
  receivedAt: Date;
  outcome: 'applied' | 'refused' | null;
  outcomeBody: unknown;
  outcomeAt: Date | null;
}

/** The columns of a command that its giver may read. */
export interface CommandColumns {
  command_id: string;
  case_id: string;
  kind: string;
  body_sha256: string;
  text_salt: string | null;
  text_digest: string | null;
  received_at: Date;
  outcome: 'applied' | 'refused' | null;
  outcome_body: unknown;
  outcome_at: Date | null;
}

export const COMMAND_COLUMNS = [
  'command_id',
  'case_id',
  'kind',
  'body_sha256',
  'text_salt',
  'text_digest',
  'received_at',
  'outcome',
  'outcome_body',
  'outcome_at',
] as const;

export function commandFromRow(row: CommandColumns): CommandRow {
  return {
    commandId: row.command_id,
    caseId: row.case_id,
    kind: row.kind,
    bodySha256: row.body_sha256,
    textSalt: row.text_salt,
    textDigest: row.text_digest,
    receivedAt: row.received_at,
    outcome: row.outcome,
    outcomeBody: row.outcome_body,
    outcomeAt: row.outcome_at,
  };
}

export async function readCommand(db: Database, commandId: string): Promise<CommandRow | null> {
  const row = await db('command')
    .where({ command_id: commandId })
    .first<CommandColumns | undefined>(...COMMAND_COLUMNS);
  return row ? commandFromRow(row) : null;
}

export async function readCommandByKey(db: Database, caller: string, key: string): Promise<CommandRow | null> {
  const row = await db('command')
    .where({ caller, idempotency_key: key })
    .first<CommandColumns | undefined>(...COMMAND_COLUMNS);
  return row ? commandFromRow(row) : null;
}

/** Who gave a command; null if there is no such command. */
export async function readCommandCaller(db: Database, commandId: string): Promise<string | null> {
  const row = await db('command').where({ command_id: commandId }).first<{ caller: string } | undefined>('caller');
  return row?.caller ?? null;
}
