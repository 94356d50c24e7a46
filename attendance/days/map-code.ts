import { mapCode, type MappedCode } from '../../store/attendance-codes.ts';
import { districtTime } from '../../store/clock.ts';
import type { Transaction } from '../../store/database.ts';
import { takeTurns } from '../turns.ts';
import { attendanceRules, type StandingRules } from '../rules.ts';
import { recompute, type StandingChange } from '../standing.ts';
import { beginTouched, touchHeld } from '../touched.ts';
import { HELD, ON_RECORD, releaseHeld } from './held.ts';
import { judgeRows, type DayDelivery } from './judge.ts';
import { beginChanges, writeDays } from './merge.ts';

/**
 * Says what a code means in this district, or that it means something else from now on: then the days that it made are derived anew. The rows that were held for it become days by the same checks and the same merge as a
 * delivery's, once, each with the file and line it came from; the standings they touch are recomputed in the same transaction.
 * @param command the person's command, which the ledger names
 */
export async function mapAttendanceCode(
  trx: Transaction,
  input: { code: MappedCode; by: string; command: string; rules?: StandingRules },
): Promise<{ released: number; rederived: number; standing: StandingChange }> {
  await takeTurns(trx);
  const { day: today } = await districtTime(trx);
  const known = await trx('attendance_code')
    .where({ code_set: input.code.codeSet, code: input.code.code })
    .whereNull('superseded_by')
    .first<{ minutes: number | null; mode: string | null } | undefined>('minutes', 'mode');
  await mapCode(trx, input.code, input.by);
  await beginChanges(trx);
  await beginTouched(trx);
  const key = { codeSet: input.code.codeSet, code: input.code.code };
  const rules = await attendanceRules(trx, input.rules);
  const everything: DayDelivery = {
    deliveryId: null,
    coverage: { schools: 'all', from: '0001-01-01', to: today, complete: false },
    today,
    receivedBy: input.by,
  };
  const cause = { by: input.by, command: { id: input.command, reason: 'code-mapped' } };
  await judgeRows(trx, everything, rules.days, { source: HELD, values: key });
  await writeDays(trx, cause);
  const released = await releaseHeld(trx, key);
  let rederived = 0;
  if (known) {
    const { n: before } = await trx('changed_day').count<{ n: number }[]>('* AS n').first<{ n: number }>();
    await judgeRows(trx, everything, rules.days, { source: ON_RECORD, values: { ...key, oldMinutes: known.minutes, oldMode: known.mode } });
    await writeDays(trx, cause);
    const { n: after } = await trx('changed_day').count<{ n: number }[]>('* AS n').first<{ n: number }>();
    rederived = after - before;
  }
  await trx.raw(`INSERT INTO touched_student SELECT DISTINCT student_id FROM changed_day`);
  await touchHeld(trx);
  const standing = await recompute(trx, {
    day: today,
    students: 'touched',
    rules: rules.standing,
    correctionsOf: input.command,
  });
  return { released, rederived, standing };
}
