import type { AttendanceOutcome } from '../../store/attendance-commands.ts';
import { districtTime } from '../../store/clock.ts';
import type { Transaction } from '../../store/database.ts';
import { rulesInForce, type StandingRules } from '../rules.ts';
import { recompute } from '../standing.ts';
import { beginTouched } from '../touched.ts';
import { takeTurns } from '../turns.ts';
import { beginChanges } from './merge.ts';
import { takeBack } from './withdraw.ts';

/**
 * Lets the retractions of a delivery that wait for a person go ahead, or refuses them: then the days stay on record. Either way the
 * students' cases are held no longer.
 */
export async function settleRetractions(
  trx: Transaction,
  asked: { delivery: string; release: boolean },
  cause: { by: string; command: string; rules?: StandingRules },
): Promise<Exclude<AttendanceOutcome, { outcome: null }>> {
  await takeTurns(trx);
  const { day: today } = await districtTime(trx);
  await trx.raw(
    `DROP TABLE IF EXISTS withdrawn_day; CREATE TEMP TABLE withdrawn_day (student_id uuid, date date, school_id text) ON COMMIT DROP`,
  );
  await trx.raw(
    `WITH done AS (
       UPDATE waiting_retraction SET settled = :how, settled_by = :by, settled_at = now()
       WHERE delivery_id = CAST(:delivery AS uuid) AND settled IS NULL RETURNING student_id, date, school_id)
     INSERT INTO withdrawn_day SELECT student_id, date, school_id FROM done`,
    { how: asked.release ? 'released' : 'refused', by: cause.by, delivery: asked.delivery },
  );
  const students = await trx('withdrawn_day').distinct().pluck<string[]>('student_id');
  if (students.length === 0) {
    return {
      outcome: 'refused',
      answer: {
        type: 'nothing-waits',
        detail: 'No retraction of this delivery waits for a decision; a later delivery or somebody else may have settled it.',
      },
    };
  }
  const { n: days } = await trx('withdrawn_day').count<{ n: number }[]>('* AS n').first<{ n: number }>();
  if (asked.release) {
    await beginChanges(trx);
    await takeBack(trx, { by: cause.by, delivery: asked.delivery, command: { id: cause.command, reason: 'retraction-released' } });
  }
  await beginTouched(trx);
  await trx.raw(`INSERT INTO touched_student SELECT student_id FROM withdrawn_day`);
  const standing = await recompute(trx, {
    day: today,
    students: 'touched',
    rules: cause.rules ?? (await rulesInForce(trx)),
    correctionsOf: cause.command,
  });
  return {
    outcome: 'applied',
    answer: { delivery: asked.delivery, released: asked.release, days, students: students.length, standingsChanged: standing.changed },
  };
}
