import type { Role } from '../../policy/vocabulary.ts';
import type { Database } from '../database.ts';
import { ACTING, CHOSEN } from './duties.ts';
import { bestMessage, type MessageState } from './staff-messages.ts';

/** An open task of a case whose due day has passed. */
export interface OverdueTask {
  caseId: string;
  task: string;
  round: number;
  title: string;
  step: string;
  owner: Role;
  openedOn: string;
  dueOn: string;
  /** The school's days that have begun since. */
  schoolDaysLate: number;
  /** Whom it falls to; none when nobody can do it there. */
  people: { person: string; name: string }[];
  /** Who was reminded of it when, and what became of the messages; null when none tells of it. */
  reminders: { to: Role; on: string; message: MessageState | null }[];
}

/** The overdue tasks of a school, the latest first. @param after the last one of the page before */
export async function readOverdueTasks(
  db: Database,
  options: { school: string; today: string; after?: { dueOn: string; caseId: string; task: string; round: number }; limit: number },
): Promise<OverdueTask[]> {
  const { school, today, after, limit } = options;
  const { rows } = await db.raw<{ rows: OverdueTask[] }>(
    `${ACTING}
     , late AS MATERIALIZED (
       SELECT t.* FROM case_task t
       WHERE t.school_id = :school AND t.status = 'open' AND t.due_on < CAST(:today AS date)
         AND (CAST(:dueOn AS date) IS NULL OR (t.due_on, t.case_id, t.task, t.round) > (CAST(:dueOn AS date), CAST(:caseId AS uuid), :task, CAST(:round AS integer)))
       ORDER BY t.due_on, t.case_id, t.task, t.round LIMIT :limit
     ), work AS MATERIALIZED (SELECT DISTINCT school_id, owner, step, task FROM late)
     ${CHOSEN}
     SELECT t.case_id AS "caseId", t.task, t.round, t.title, t.step, t.owner, t.opened_on AS "openedOn", t.due_on AS "dueOn",
       (SELECT CAST(count(*) AS integer) FROM calendar_day c
        WHERE c.school_id = t.school_id AND c.instructional AND c.date > t.due_on AND c.date <= CAST(:today AS date)) AS "schoolDaysLate",
       coalesce((
         SELECT json_agg(json_build_object('person', k.person_id, 'name', h.name) ORDER BY h.name, k.person_id)
         FROM chosen k JOIN holder h USING (person_id) WHERE (k.school_id, k.owner, k.step, k.task) = (t.school_id, t.owner, t.step, t.task)), '[]') AS people,
       coalesce((
         SELECT json_agg(json_build_object('to', CASE r.recipient WHEN 'owner' THEN r.owner ELSE r.recipient END, 'on', r.reminded_on,
           'message', ${bestMessage('r')}) ORDER BY r.reminded_on, r.recipient)
         FROM task_reminder r WHERE (r.case_id, r.task, r.round, r.due_on) = (t.case_id, t.task, t.round, t.due_on)), '[]') AS reminders
     FROM late t ORDER BY t.due_on, t.case_id, t.task, t.round`,
    {
      school,
      schools: [school],
      today,
      dueOn: after?.dueOn ?? null,
      caseId: after?.caseId ?? null,
      task: after?.task ?? null,
      round: after?.round ?? null,
      limit,
    },
  );
  return rows;
}
