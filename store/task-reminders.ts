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
  const { rows } = await trx.raw<{ rows: { any: boolean }[] }>(`SELECT EXISTS (${RULES}) AS any`);
  if (!rows[0]?.any) return 0;
  // Tables of their own, so that their sizes are known: a plan that guesses compares every task with every rule and every day.
  await trx.raw(
    `DROP TABLE IF EXISTS due_apart, remind_rule;
     CREATE TEMP TABLE remind_rule ON COMMIT DROP AS ${RULES};
     CREATE TEMP TABLE due_apart (school_id text, due_on date, school_days integer, PRIMARY KEY (school_id, due_on)) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO due_apart
     SELECT d.school_id, d.due_on, (
       SELECT count(*) FROM calendar_day c WHERE c.school_id = d.school_id AND c.instructional
         AND c.date > least(d.due_on, CAST(:day AS date)) AND c.date <= greatest(d.due_on, CAST(:day AS date)))
     FROM (SELECT DISTINCT school_id, due_on FROM case_task WHERE status = 'open' AND due_on IS NOT NULL) AS d
     WHERE NOT EXISTS (SELECT FROM school_start k WHERE k.school_id = d.school_id AND k.under_way AND k.released_on IS NULL)`,
    { day },
  );
  await trx.raw('ANALYZE due_apart, remind_rule');
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `INSERT INTO task_reminder (case_id, task, round, due_on, moment, school_days, recipient, school_id, owner, step, reminded_on)
     SELECT t.case_id, t.task, t.round, t.due_on, r.moment, r.school_days, r.recipient, t.school_id, t.owner, t.step, CAST(:day AS date)
     FROM due_apart d JOIN case_task t USING (school_id, due_on) JOIN attendance_case c USING (case_id)
     JOIN remind_rule r ON (r.policy_id, r.version, r.task) = (c.policy_id, c.policy_version, t.task)
     WHERE t.status = 'open'
       AND CASE r.moment
         WHEN 'before' THEN t.due_on >= CAST(:day AS date) AND d.school_days <= r.school_days AND t.opened_on < CAST(:day AS date)
         ELSE t.due_on < CAST(:day AS date) AND d.school_days >= r.school_days END
       AND NOT (r.unless_begun AND EXISTS (
         SELECT FROM case_action k WHERE k.case_id = t.case_id AND k.task = t.task AND k.round = t.round AND k.superseded_by_event IS NULL))
     ON CONFLICT DO NOTHING`,
    { day },
  );
  return rowCount;
}

/** SQL: what the versions of policies say of whom to remind when, by task. */
const RULES = `
  SELECT v.policy_id, v.version, w.key AS task, r."to" AS recipient, CASE WHEN r.after IS NULL THEN 'before' ELSE 'after' END AS moment,
    coalesce(r.after, r.before) AS school_days, r."unless" IS NOT NULL AS unless_begun
  FROM policy_version v CROSS JOIN LATERAL jsonb_each(v.ladder -> 'wording') w
  CROSS JOIN LATERAL jsonb_to_recordset(w.value -> 'reminders') AS r("to" text, before integer, after integer, "unless" text)`;
