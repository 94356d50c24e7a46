import { mapCode, type MappedCode } from '../../store/attendance-codes.ts';
import { districtTime } from '../../store/clock.ts';
import type { Transaction } from '../../store/database.ts';
import { takeTurns } from '../turns.ts';
import { rulesInForce, type StandingRules } from '../rules.ts';
import { recompute, type StandingChange } from '../standing.ts';
import { beginTouched, touchHeld } from '../touched.ts';
import { HELD, releaseHeld } from './held.ts';
import { judgeRows } from './judge.ts';
import { beginChanges, writeDays } from './merge.ts';
import { dayRules } from './rules.ts';

/**
 * Says what a code means in this district. The rows that were held for it become days by the same checks and the same merge as a
 * delivery's, once, each with the file and line it came from; the standings they touch are recomputed in the same transaction.
 * @param command the person's command, which the ledger names
 */
export async function mapAttendanceCode(
  trx: Transaction,
  input: { code: MappedCode; by: string; command: string; rules?: StandingRules },
): Promise<{ released: number; standing: StandingChange }> {
  await takeTurns(trx);
  const { day: today } = await districtTime(trx);
  await mapCode(trx, input.code, input.by);
  await beginChanges(trx);
  await beginTouched(trx);
  const key = { codeSet: input.code.codeSet, code: input.code.code };
  await judgeRows(
    trx,
    { deliveryId: null, coverage: { schools: 'all', from: '0001-01-01', to: today, complete: false }, today, receivedBy: input.by },
    await dayRules(trx),
    { source: HELD, values: key },
  );
  await writeDays(trx, { by: input.by, command: { id: input.command, reason: 'code-mapped' } });
  const released = await releaseHeld(trx, key);
  await trx.raw(`INSERT INTO touched_student SELECT DISTINCT student_id FROM changed_day`);
  await touchHeld(trx);
  const standing = await recompute(trx, {
    day: today,
    students: 'touched',
    rules: input.rules ?? (await rulesInForce(trx)),
    correctionsOf: input.command,
  });
  return { released, standing };
}
