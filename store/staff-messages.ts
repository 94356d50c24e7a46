import type { Day } from '../cases/actions.ts';
import type { Database, Transaction } from './database.ts';
import { ACTING, CHOSEN } from './read/duties.ts';
import { mayBeTold } from './released.ts';

/**
 * Messages to people who work for the district. A message tells one recipient of all that is missing at one school; it is written with the
 * reminders it tells of, and says only what still stands when it leaves.
 */

/** How long a message that is being handed over is left alone, in seconds of wall time: longer than a channel takes for one. */
const LEASE = 180;
/** It rests so many seconds after its first try that failed, twice as long after each further one, and at most so many. */
const FIRST_REST = 60;
const LONGEST_REST = 3600;

/** SQL: a reminder of the last month that no message tells of yet. */
const untold = (reminder: string): string =>
  `${reminder}.reminded_on BETWEEN CAST(:today AS date) - 30 AND CAST(:today AS date)
   AND NOT EXISTS (SELECT FROM staff_message_about k WHERE k.reminder_id = ${reminder}.reminder_id)`;

/** SQL: the day of which the roster is asked who taught the section of a reminder `r`: the missing one, or the first of which it says anything. */
const TAUGHT_ON = `greatest(r.date, (SELECT min(k.since) FROM section_teacher k WHERE k.school_id = r.school_id AND k.section_id = r.section))`;

/** SQL: a person `p`, or nobody, may be told that a case has a task: of partners only who may be told of the student (store/released.ts). */
const mayHear = (caseId: string): string => `(p.role IS DISTINCT FROM 'partner' OR EXISTS (
  SELECT FROM attendance_case c JOIN student s ON s.student_id = c.student_id
  WHERE c.case_id = ${caseId} AND ${mayBeTold('p.partner')}))`;

/**
 * Writes, of the reminders that nobody was told of yet, one message for each recipient and school: those of a day, and of days that were
 * made up before it. A message that has not begun to leave tells of today's
 * reminders too: who could not be reached for a week gets one message and not five. A teacher is who the roster says teaches the section
 * on the missing day; any other role is whom it falls to as tasks do, designees and substitutes first. A reminder for a role that
 * nobody holds is written to nobody, and shown so.
 * @returns how many messages tell of something new
 */
export async function writeStaffMessages(trx: Transaction, day: Day): Promise<number> {
  await lapseUnsent(trx);
  const { rows: some } = await trx.raw<{ rows: { any: boolean }[] }>(
    `SELECT EXISTS (SELECT FROM submission_reminder r WHERE ${untold('r')}) OR EXISTS (SELECT FROM task_reminder r WHERE ${untold('r')}) AS any`,
    { today: day },
  );
  if (!some[0]?.any) return 0;
  await trx.raw(
    `DROP TABLE IF EXISTS reminded_now;
     CREATE TEMP TABLE reminded_now (kind text, reminder_id uuid, school_id text, role text, person_id text, address text, recipient text) ON COMMIT DROP`,
  );
  await trx.raw(
    `${ACTING}
     , asked AS MATERIALIZED (
       SELECT 'submission' AS kind, CAST(NULL AS uuid) AS case_id, r.reminder_id, r.school_id, r.role AS owner, '' AS step, '' AS task FROM submission_reminder r
       WHERE NOT (r.role = 'teacher' AND r.section <> '') AND ${untold('r')}
       UNION ALL
       SELECT 'task', r.case_id, r.reminder_id, r.school_id, CASE r.recipient WHEN 'owner' THEN r.owner ELSE r.recipient END,
         CASE r.recipient WHEN 'owner' THEN r.step ELSE '' END, CASE r.recipient WHEN 'owner' THEN r.task ELSE '' END
       FROM task_reminder r WHERE ${untold('r')}
     ), work AS MATERIALIZED (SELECT DISTINCT school_id, owner, step, task FROM asked)
     ${CHOSEN}
     , named AS (
       SELECT a.kind, a.reminder_id, a.school_id, a.owner AS role, c.person_id, p.email AS address
       FROM asked a LEFT JOIN chosen c USING (school_id, owner, step, task)
       LEFT JOIN person p ON p.person_id = c.person_id AND ${mayHear('a.case_id')}
       WHERE (c.person_id IS NULL) = (p.person_id IS NULL)
       UNION ALL
       SELECT DISTINCT 'submission', r.reminder_id, r.school_id, r.role, CAST(NULL AS text), lower(t.teacher_email)
       FROM submission_reminder r LEFT JOIN section_teacher t ON t.school_id = r.school_id AND t.section_id = r.section
         AND t.teacher_email <> '' AND ${TAUGHT_ON} BETWEEN t.since AND coalesce(t.until, ${TAUGHT_ON})
       WHERE r.role = 'teacher' AND r.section <> '' AND ${untold('r')}
     )
     INSERT INTO reminded_now
     SELECT kind, reminder_id, school_id, role, person_id, address, coalesce(lower(address), 'person:' || person_id, 'role:' || role) FROM named`,
    { today: day, schools: null },
  );
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `WITH wanted AS (
       SELECT DISTINCT ON (school_id, recipient) school_id, recipient, role, person_id, address FROM reminded_now
       ORDER BY school_id, recipient, person_id, role
     ), waiting AS (
       SELECT m.message_id, m.school_id, m.recipient FROM staff_message m JOIN wanted USING (school_id, recipient)
       WHERE m.outcome IS NULL AND m.text IS NULL FOR UPDATE OF m
     ), written AS (
       INSERT INTO staff_message (school_id, recipient, role, person_id, address, day, next_try_at)
       SELECT school_id, recipient, role, person_id, address, CAST(:day AS date),
         CASE WHEN person_id IS NOT NULL OR address IS NOT NULL THEN now() END
       FROM wanted w WHERE NOT EXISTS (SELECT FROM waiting k WHERE (k.school_id, k.recipient) = (w.school_id, w.recipient))
       RETURNING message_id, school_id, recipient
     ), message AS (
       SELECT DISTINCT ON (school_id, recipient) school_id, recipient, message_id
       FROM (SELECT * FROM waiting UNION ALL SELECT * FROM written) AS k ORDER BY school_id, recipient, message_id DESC
     ), told AS (
       INSERT INTO staff_message_about (message_id, kind, reminder_id)
       SELECT DISTINCT m.message_id, r.kind, r.reminder_id FROM reminded_now r JOIN message m USING (school_id, recipient)
       RETURNING message_id
     )
     SELECT DISTINCT message_id FROM told`,
    { day },
  );
  return rowCount;
}

/** Ends the messages that have not begun to leave and of which nothing is missing any more, so that nobody waits for them to be sent. */
async function lapseUnsent(trx: Transaction): Promise<void> {
  await trx.raw(
    `UPDATE staff_message m SET outcome = 'lapsed', outcome_at = now(), next_try_at = NULL
     WHERE m.outcome IS NULL AND m.text IS NULL
       AND NOT EXISTS (SELECT FROM staff_message_about a JOIN submission_reminder r USING (reminder_id)
         JOIN missing_submission s USING (school_id, date, section, period) WHERE a.message_id = m.message_id AND s.came_on IS NULL)
       AND NOT EXISTS (SELECT FROM staff_message_about a JOIN task_reminder r USING (reminder_id)
         JOIN case_task t USING (case_id, task, round) WHERE a.message_id = m.message_id AND ${stillAsked('t', 'r')})`,
  );
}

/** A section, or a whole school day ('' for section and period), whose attendance is still missing. */
export interface MissingLine {
  date: Day;
  section: string;
  period: string;
  course: string | null;
}

/** An open task of a case, with the day on which it is, or was, due. */
export interface TaskLine {
  task: string;
  title: string;
  owner: string;
  caseId: string;
  dueOn: Day;
}

/** What a message tells of, as it stands now. */
export interface ToTell {
  messageId: string;
  school: string;
  schoolName: string;
  role: string;
  missing: MissingLine[];
  tasks: TaskLine[];
}

/** A message as it leaves. */
export interface StaffMessage {
  messageId: string;
  address: string;
  subject: string;
  text: string;
}

/** SQL: where a message `m` goes, of a person `p` or none. Nobody writes to somebody who was removed. */
export const ADDRESS = `CASE WHEN m.person_id IS NULL THEN m.address WHEN p.token_sha256 NOT LIKE 'removed:%' THEN p.email END`;

/**
 * Leases the message that has waited longest for its next try, with its text: the one it may have left with before, else what it has to
 * tell now. One that has nothing to tell any more lapses.
 * @param compose makes subject and text
 * @returns the message; `lapsed` when it need not leave; null when none is due
 */
export async function leaseStaffMessage(
  db: Database,
  compose: (what: ToTell) => { subject: string; text: string },
): Promise<StaffMessage | 'lapsed' | null> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: LeasedRow[] }>(
      `UPDATE staff_message m SET tries = m.tries + 1, next_try_at = now() + ${LEASE} * interval '1 second', address = due.address
       FROM (
         SELECT m.message_id, ${ADDRESS} AS address, s.name FROM staff_message m JOIN school s USING (school_id) LEFT JOIN person p USING (person_id)
         WHERE m.outcome IS NULL AND m.next_try_at <= now() AND ${ADDRESS} IS NOT NULL
         ORDER BY m.next_try_at, m.message_id LIMIT 1 FOR UPDATE OF m SKIP LOCKED
       ) AS due WHERE due.message_id = m.message_id
       RETURNING m.message_id, m.address, m.school_id, due.name, m.role, m.subject, m.text`,
    );
    const [row] = rows;
    if (!row) return null;
    const { message_id: messageId, address } = row;
    const told = await readToTell(trx, messageId);
    if (told.missing.length + told.tasks.length === 0) {
      await settle(trx, messageId, 'lapsed', null);
      return 'lapsed';
    }
    if (row.subject !== null && row.text !== null) return { messageId, address, subject: row.subject, text: row.text };
    const { subject, text } = compose({ messageId, school: row.school_id, schoolName: row.name, role: row.role, ...told });
    await trx('staff_message').where({ message_id: messageId }).update({ subject, text });
    return { messageId, address, subject, text };
  });
}

interface LeasedRow {
  message_id: string;
  address: string;
  school_id: string;
  name: string;
  role: string;
  subject: string | null;
  text: string | null;
}

/** What of a message's reminders still stands: attendance that has not come, tasks that are open and due on the same day. */
async function readToTell(trx: Transaction, messageId: string): Promise<Pick<ToTell, 'missing' | 'tasks'>> {
  const { rows: missing } = await trx.raw<{ rows: MissingLine[] }>(
    `SELECT DISTINCT r.date, r.section, r.period, s.course
     FROM staff_message_about a JOIN submission_reminder r USING (reminder_id)
     JOIN missing_submission m USING (school_id, date, section, period)
     LEFT JOIN section s ON s.school_id = r.school_id AND s.section_id = r.section
     WHERE a.message_id = :messageId AND a.kind = 'submission' AND m.came_on IS NULL
     ORDER BY r.date, r.period, r.section`,
    { messageId },
  );
  const { rows: tasks } = await trx.raw<{ rows: TaskLine[] }>(
    `SELECT DISTINCT t.task, t.title, t.owner, t.case_id AS "caseId", t.due_on AS "dueOn"
     FROM staff_message_about a JOIN task_reminder r USING (reminder_id) JOIN case_task t USING (case_id, task, round)
     JOIN staff_message m USING (message_id) LEFT JOIN person p USING (person_id)
     WHERE a.message_id = :messageId AND a.kind = 'task' AND ${stillAsked('t', 'r')} AND ${mayHear('t.case_id')}
     ORDER BY t.due_on, t.title, t.case_id`,
    { messageId },
  );
  return { missing, tasks };
}

/** SQL: a task is still asked for on the day that a reminder of it was about, at the same school. */
export const stillAsked = (task: string, reminder: string): string =>
  `${task}.status = 'open' AND ${task}.due_on = ${reminder}.due_on AND ${task}.school_id = ${reminder}.school_id`;

/** The message has left, or was refused for good, in these words. */
export async function settleStaffMessage(db: Database, messageId: string, outcome: 'sent' | 'refused', problem: string | null) {
  await settle(db, messageId, outcome, problem);
}

async function settle(db: Database, messageId: string, outcome: 'sent' | 'refused' | 'lapsed', problem: string | null): Promise<void> {
  await db.raw(
    `UPDATE staff_message SET outcome = :outcome, outcome_at = now(), next_try_at = NULL, problem = :problem
     WHERE message_id = :messageId AND outcome IS NULL`,
    { messageId, outcome, problem },
  );
}

/**
 * The message could not be handed over: it rests before its next try. One of which nothing can have left begins anew then, with what it
 * has to tell by that time; one that may have left keeps its words.
 */
export async function putOffStaffMessage(db: Database, messageId: string, { why, left }: { why: string; left: boolean }): Promise<void> {
  await db.raw(
    `UPDATE staff_message SET problem = :why,
       next_try_at = now() + least(${FIRST_REST} * power(2, least(tries, 10) - 1), ${LONGEST_REST}) * interval '1 second',
       subject = CASE WHEN :left THEN subject END, text = CASE WHEN :left THEN text END
     WHERE message_id = :messageId AND outcome IS NULL`,
    { messageId, why, left },
  );
}

/** A worker that can send mail is at work. @param problem what keeps it from it now; undefined leaves what is known */
export async function noteMailService(db: Database, problem?: string | null): Promise<void> {
  await db.raw(
    `INSERT INTO mail_service (seen_at, problem) VALUES (now(), :problem)
     ON CONFLICT ("only") DO UPDATE SET seen_at = excluded.seen_at ${problem === undefined ? '' : ', problem = excluded.problem'}`,
    { problem: problem ?? null },
  );
}
