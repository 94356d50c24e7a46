import { setTimeout as wait } from 'node:timers/promises';
import { readAttendanceOutcome, writeAttendanceCommand, type AttendanceCommand } from '../store/attendance-commands.ts';
import { writeDistrictCommand } from '../store/intake/district-commands.ts';
import type { Transaction } from '../store/database.ts';
import type { AfterCommit, Answer, EndpointRequest } from './endpoint.ts';
import { actorAt, keyReused, sha256 } from './give-command.ts';
import { Problem } from './problems.ts';

type Giver = Pick<
  EndpointRequest<unknown, unknown, unknown, { 'idempotency-key': string }, unknown>,
  'headers' | 'person' | 'within' | 'services'
> & { trx: Transaction };

const POLL_MS = 50;

/**
 * Gives a command about attendance data: writes it down in the caller's transaction, and after the commit waits for a worker to do it.
 * A repeat with the same key does nothing anew and reads the outcome; 202 means that nobody has done it yet.
 * @param place the school at which the person acts, or `district`
 * @throws Problem 422 when the key was used for another request
 */
export async function giveAttendanceCommand(
  { trx, headers, person, within, services }: Giver,
  command: AttendanceCommand,
  place: string,
): Promise<AfterCommit<Answer>> {
  const row = await writeDistrictCommand(trx, {
    caller: person.id,
    idempotencyKey: headers['idempotency-key'],
    kind: command.kind,
    requestSha256: sha256(command),
  });
  if (!row.same) throw keyReused();
  const { commandId } = row;
  if (row.fresh) await writeAttendanceCommand(trx, { commandId, command, actor: actorAt(person, place) });
  return {
    async afterCommit() {
      let waited = 0;
      for (;;) {
        const { outcome, answer } = await within((later) => readAttendanceOutcome(later, commandId));
        if (outcome === 'applied') return { status: 201, body: { commandId, outcome, ...answer } };
        if (outcome === 'refused') throw new Problem(answer.type, answer.detail, { commandId });
        if (waited >= services.patienceMs) return { status: 202, body: { commandId, outcome: null }, headers: { 'retry-after': '2' } };
        await wait(POLL_MS);
        waited += POLL_MS;
      }
    },
  };
}
