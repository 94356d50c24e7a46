import type { Day } from '../cases/actions.ts';
import type { Transaction } from './database.ts';

/**
 * Reminds of the open tasks of cases, as the version of the policy says to which each case is pinned: so many of the school's days before a
 * task is due, from the day after it opened on, or so many after. Each moment of a task reminds once for each due day, so that a turn that
 * makes up for days on which nothing ran reminds as often as the days themselves would have. Nobody is reminded at a school that waits
 * to be released.
 * @returns how many reminders were written
 */
export async function remindOfTasks(trx: Transaction, day: Day): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `WITH rule AS MATERIALIZED (
       SELECT v.policy_id, v.version, w.key AS task, r."to" AS recipient, CASE WHEN r.after IS NULL THEN 'before' ELSE 'after' END AS moment,
         coalesce(r.after, r.before) AS school_days, r."unless" IS NOT NULL AS unless_begun
       FROM policy_version v CROSS JOIN LATERAL jsonb_each(v.ladder -> 'wording') w
       CROSS JOIN LATERAL jsonb_to_recordset(w.value -> 'reminders') AS r("to" text, before integer, after integer, "unless" text)
     ), asked AS MATERIALIZED (
       SELECT t.case_id, t.task, t.round, t.school_id, t.owner, t.step, t.due_on, t.opened_on, r.recipient, r.moment, r.school_days, r.unless_begun
       FROM case_task t JOIN attendance_case c USING (case_id) JOIN rule r ON (r.policy_id, r.version, r.task) = (c.policy_id, c.policy_version, t.task)
       WHERE t.status = 'open' AND t.due_on IS NOT NULL AND (t.due_on < CAST(:day AS date)) = (r.moment = 'after')
         AND NOT EXISTS (SELECT FROM school_start k WHERE k.school_id = t.school_id AND k.under_way AND k.released_on IS NULL)
     ), apart AS MATERIALIZED (
       SELECT d.school_id, d.due_on, CAST(count(c.date) AS integer) AS school_days
       FROM (SELECT DISTINCT school_id, due_on FROM asked) AS d
       LEFT JOIN calendar_day c ON c.school_id = d.school_id AND c.instructional
         AND c.date > least(d.due_on, CAST(:day AS date)) AND c.date <= greatest(d.due_on, CAST(:day AS date))
       GROUP BY d.school_id, d.due_on
     )
     INSERT INTO task_reminder (case_id, task, round, due_on, moment, school_days, recipient, school_id, owner, step, reminded_on)
     SELECT a.case_id, a.task, a.round, a.due_on, a.moment, a.school_days, a.recipient, a.school_id, a.owner, a.step, CAST(:day AS date)
     FROM asked a JOIN apart d USING (school_id, due_on)
     WHERE CASE a.moment WHEN 'before' THEN d.school_days <= a.school_days AND a.opened_on < CAST(:day AS date) ELSE d.school_days >= a.school_days END
       AND NOT (a.unless_begun AND EXISTS (
         SELECT FROM case_action k WHERE k.case_id = a.case_id AND k.task = a.task AND k.round = a.round AND k.superseded_by_event IS NULL))
     ON CONFLICT DO NOTHING`,
    { day },
  );
  return rowCount;
}
