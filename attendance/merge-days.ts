import type { DaysPolicy } from '../policy/days.ts';
import type { DeliveryCounts } from '../store/attendance-delivery.ts';
import type { Transaction } from '../store/database.ts';
import { beginCodes } from './codes/index.ts';
import { findDoubtful } from './days/doubtful.ts';
import { holdRows } from './days/held.ts';
import { judgeRows, type DayDelivery } from './days/judge.ts';
import { beginChanges, writeDays } from './days/merge.ts';
import { coverDays, withdrawDays } from './days/withdraw.ts';
import type { PlainRows } from './plain-rows.ts';

/** Rows that were noted and not staged, and how those among them that turn out to be doubtful are staged. */
export interface Noted {
  plain: PlainRows;
  stageDoubtful(): Promise<void>;
}

/**
 * Checks the staged attendance rows, says by the district's table of codes what they mean, and merges them into the day records. A
 * row whose code nobody has mapped is held and counts nowhere.
 * @returns what it did; the students whose days changed are in `touched_student`
 */
export async function mergeDays(
  trx: Transaction,
  delivery: DayDelivery,
  rules: DaysPolicy,
  noted?: Noted,
): Promise<DeliveryCounts['days']> {
  await beginCodes(trx, await trx('staged_file').whereNotNull('code_set').distinct().pluck<string[]>('code_set'));
  if (noted && (await findDoubtful(trx, delivery, noted.plain))) {
    await noted.stageDoubtful();
    await trx.raw(`ANALYZE staged_attendance`);
  }
  await beginChanges(trx);
  await judgeRows(trx, delivery, rules);
  // Rows that repeat what is on record are many, and are counted where they were judged.
  await trx.raw(`
    UPDATE staged_attendance s SET reason = j.reason, a = j.a, b = j.b
    FROM judged_day j WHERE j.reason <> 'unchanged' AND NOT j.derived AND s.file = j.file AND s.line = j.line`);
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
