import { keepAnswer, writeDistrictCommand } from '../store/intake/district-commands.ts';
import type { Transaction } from '../store/database.ts';
import type { Answer } from './endpoint.ts';
import { keyReused, sha256 } from './give-command.ts';
import type { Person } from './signin.ts';

/**
 * Does once, in the caller's transaction, what a command asks that is for no case; a repeat of the same key gets the answer of then.
 * @param work does it and says what to answer
 * @throws Problem 422 when the key was used for another request
 */
export async function onceInTransaction(
  trx: Transaction,
  request: { person: Person; key: string; kind: string; asked: unknown },
  work: () => Promise<{ status: number; body: unknown }>,
): Promise<Answer> {
  const row = await writeDistrictCommand(trx, {
    caller: request.person.id,
    idempotencyKey: request.key,
    kind: request.kind,
    requestSha256: sha256(request.asked),
  });
  if (!row.same) throw keyReused();
  if (row.answer !== null) return row.answer;
  const answer = await work();
  await keepAnswer(trx, row.commandId, answer);
  return answer;
}
