import type { DeliveryCounts } from '../store/attendance-delivery.ts';
import type { Transaction } from '../store/database.ts';
import { beginCodes } from './codes/index.ts';
import { holdRows } from './days/held.ts';
import { judgeRows, type DayDelivery } from './days/judge.ts';
import { beginChanges, writeDays } from './days/merge.ts';
import { dayRules } from './days/rules.ts';
import { coverDays, withdrawDays } from './days/withdraw.ts';

/**
 * Checks the staged attendance rows, says by the district's table of codes what they mean, and merges them into the day records. A
 * row whose code nobody has mapped is held and counts nowhere.
 * @returns what it did; the students whose days changed are in `touched_student`
 */
export async function mergeDays(trx: Transaction, delivery: DayDelivery): Promise<DeliveryCounts['days']> {
  const rules = await dayRules(trx);
  await beginCodes(trx, await trx('staged_file').whereNotNull('code_set').distinct().pluck<string[]>('code_set'));
  await beginChanges(trx);
  await judgeRows(trx, delivery, rules);
  await trx.raw(`
    UPDATE staged_attendance s SET reason = j.reason, a = j.a, b = j.b
    FROM judged_day j WHERE j.reason IS NOT NULL AND s.file = j.file AND s.line = j.line`);
  await holdRows(trx, delivery);
  await writeDays(trx, { by: delivery.receivedBy });
  const { held, waiting } = delivery.coverage.complete ? await withdrawDays(trx, delivery, rules) : { held: false, waiting: 0 };
  const covered = delivery.coverage.complete ? await coverDays(trx, delivery) : [];
  const { rows } = await trx.raw<{ rows: { how: 'added' | 'changed' | 'withdrawn'; n: number }[] }>(
    `SELECT how, count(*) AS n FROM changed_day GROUP BY how`,
  );
  const count = (how: (typeof rows)[number]['how']): number => rows.find((row) => row.how === how)?.n ?? 0;
  await trx.raw(`INSERT INTO touched_student SELECT DISTINCT student_id FROM changed_day`);
  return {
    added: count('added'),
    changed: count('changed'),
    withdrawn: count('withdrawn'),
    withdrawalsHeld: held,
    retractionsWaiting: waiting,
    covered: covered.length,
  };
}
