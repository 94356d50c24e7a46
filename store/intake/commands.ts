import { createHash, randomBytes } from 'node:crypto';
import type { Command } from '../../cases/messages.ts';
import type { Actor } from '../../cases/events.ts';
import type { Transaction } from '../database.ts';
import { COMMAND_COLUMNS, commandFromRow, readCommandByKey, type CommandColumns, type CommandRow } from '../read/commands.ts';

export interface WrittenCommand {
  caller: string;
  idempotencyKey: string;
  caseId: string;
  command: Command;
  /** SHA-256 of the request without its free text: tells whether a repeated key comes with the same request. */
  requestSha256: string;
  /** Free text; kept apart from the body with a salted digest, so that it can lawfully be destroyed. */
  text: string | null;
  actor: Actor;
  ifSeq: number | null;
  /** District time of its writing. */
  districtAt: string;
}

/**
 * Writes a command down (house rule 1). A key that its caller has used before gives the command of that time.
 * @returns the command as it stands; `same` is false when the key belonged to another request
 */
export async function writeCommand(trx: Transaction, input: WrittenCommand): Promise<{ row: CommandRow; same: boolean }> {
  const salt = input.text === null ? null : randomBytes(16).toString('hex');
  const [written] = await trx('command')
    .insert({
      caller: input.caller,
      idempotency_key: input.idempotencyKey,
      case_id: input.caseId,
      kind: input.command.kind,
      body: JSON.stringify(input.command),
      body_sha256: input.requestSha256,
      text: input.text,
      text_salt: salt,
      text_digest: salt === null || input.text === null ? null : textDigest(salt, input.text),
      actor: JSON.stringify(input.actor),
      if_seq: input.ifSeq,
      district_at: input.districtAt,
    })
    .onConflict(['caller', 'idempotency_key'])
    .ignore()
    .returning<CommandColumns[]>([...COMMAND_COLUMNS]);
  if (written) return { row: commandFromRow(written), same: true };
  const row = await readCommandByKey(trx, input.caller, input.idempotencyKey);
  if (row === null) throw new Error('a key is taken, and the command that took it cannot be read');
  return { row, same: sameRequest(row, input) };
}

function sameRequest(row: CommandRow, input: WrittenCommand): boolean {
  const digest = row.textSalt === null || input.text === null ? null : textDigest(row.textSalt, input.text);
  const sameText = row.textDigest === null ? input.text === null : row.textDigest === digest;
  return row.caseId === input.caseId && row.bodySha256 === input.requestSha256 && sameText;
}

/** The digest that stands for a text in the record: SHA-256 of salt and text, in hex. */
export function textDigest(salt: string, text: string): string {
  return createHash('sha256').update(salt).update(text).digest('hex');
}
