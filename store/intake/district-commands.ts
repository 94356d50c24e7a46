import type { Transaction } from '../database.ts';

/** A command that is for no case: a delivery, a school task, an advance of the clock. */
export interface DistrictCommand {
  caller: string;
  idempotencyKey: string;
  kind: string;
  /** SHA-256 of the request, to tell a repeat from another request under the same key. */
  requestSha256: string;
}

export interface DistrictCommandRow {
  commandId: string;
  /** True when it was written now. */
  fresh: boolean;
  /** False when the key belonged to another request. */
  same: boolean;
  /** What was answered, once it was. */
  answer: { status: number; body: unknown } | null;
}

/** Writes such a command down; a key used before gives what was written then, and waits for a transaction that is writing it. */
export async function writeDistrictCommand(trx: Transaction, input: DistrictCommand): Promise<DistrictCommandRow> {
  const [written] = await trx('district_command')
    .insert({ caller: input.caller, idempotency_key: input.idempotencyKey, kind: input.kind, body_sha256: input.requestSha256 })
    .onConflict(['caller', 'idempotency_key'])
    .ignore()
    .returning<{ command_id: string }[]>('command_id');
  if (written) return { commandId: written.command_id, fresh: true, same: true, answer: null };
  const row = await trx('district_command')
    .where({ caller: input.caller, idempotency_key: input.idempotencyKey })
    .first<{ command_id: string; kind: string; body_sha256: string; answer: DistrictCommandRow['answer'] }>(
      'command_id',
      'kind',
      'body_sha256',
      'answer',
    );
  const same = row.kind === input.kind && row.body_sha256 === input.requestSha256;
  return { commandId: row.command_id, fresh: false, same, answer: row.answer };
}

/** Keeps what was answered, for repeats. */
export async function keepAnswer(trx: Transaction, commandId: string, answer: { status: number; body: unknown }): Promise<void> {
  await trx('district_command')
    .where({ command_id: commandId })
    .update({ answer: JSON.stringify(answer) });
}
