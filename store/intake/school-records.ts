import type { Actor } from '../../cases/events.ts';
import type { Transaction } from '../database.ts';

/**
 * Records that a school task was done: once for the school, cited on each case it reaches. The standing of every student of the
 * school with a task open that cites it gets a new version, and is sent.
 * @returns the record's id and how many cases it reaches now
 */
export async function recordSchoolTask(
  trx: Transaction,
  input: { school: string; task: string; on: string; actor: Actor; text: string; caller: string; idempotencyKey: string },
): Promise<{ recordId: string; cases: number }> {
  const [row] = await trx('school_record')
    .insert({
      school_id: input.school,
      task: input.task,
      on_day: input.on,
      actor: JSON.stringify(input.actor),
      text: input.text,
      caller: input.caller,
      idempotency_key: input.idempotencyKey,
    })
    .returning<{ record_id: string }[]>('record_id');
  if (!row) throw new Error('a school record was not written');
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `WITH reached AS (
       UPDATE standing g SET version = g.version + 1
       FROM attendance_case c
       WHERE c.case_id = g.case_id AND c.school_id = :school
         AND EXISTS (
           SELECT 1 FROM case_task t
           JOIN policy_version v ON v.policy_id = c.policy_id AND v.version = c.policy_version
           CROSS JOIN LATERAL jsonb_array_elements(v.ladder -> 'tasks') AS rule
           WHERE t.case_id = c.case_id AND t.status = 'open' AND rule ->> 'task' = t.task AND rule -> 'evidence' ->> 'schoolRecord' = :task
         )
       RETURNING g.case_id, g.version
     )
     INSERT INTO outbox AS o (case_id, standing_version) SELECT case_id, version FROM reached
     ON CONFLICT (case_id) DO UPDATE SET standing_version = greatest(o.standing_version, excluded.standing_version), next_try_at = now()
     RETURNING case_id`,
    { school: input.school, task: input.task },
  );
  return { recordId: row.record_id, cases: rows.length };
}
