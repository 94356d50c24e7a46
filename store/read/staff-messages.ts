import type { Database } from '../database.ts';
import { ADDRESS, stillAsked } from '../staff-messages.ts';

/** What has become of a message to staff, the best first. `unaddressed`: nobody is known to whom it could go, or no address of theirs. */
export const MESSAGE_STATES = ['sent', 'waiting', 'unaddressed', 'refused', 'lapsed'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** SQL: the state of a message `m`, of a person `p` or none. */
const STATE = `CASE WHEN m.outcome IS NOT NULL THEN m.outcome WHEN ${ADDRESS} IS NULL THEN 'unaddressed' ELSE 'waiting' END`;

/** SQL: the best state among the messages that tell of a reminder; null when none does. */
export const bestMessage = (reminder: string): string => `(
  SELECT ${STATE} FROM staff_message_about a JOIN staff_message m USING (message_id) LEFT JOIN person p USING (person_id)
  WHERE a.reminder_id = ${reminder}.reminder_id
  ORDER BY array_position(ARRAY['${MESSAGE_STATES.join("', '")}'], ${STATE}) LIMIT 1)`;

/** A message to somebody on the staff, with what has become of it. */
export interface MessageRow {
  messageId: string;
  school: string;
  schoolName: string;
  role: string;
  /** Null: a teacher of the roster, or nobody. */
  person: { id: string; name: string; signsIn: boolean } | null;
  address: string | null;
  day: string;
  state: MessageState;
  /** Reminders that it tells of, and how many of them still stand. */
  missing: number;
  tasks: number;
  stillMissing: number;
  stillOpen: number;
  /** As it was last handed over; null before. */
  subject: string | null;
  text: string | null;
  tries: number;
  nextTryAt: string | null;
  outcomeAt: string | null;
  problem: string | null;
}

/** @param options.schools null means all; `before`: the last one of the page before */
export async function readStaffMessages(
  db: Database,
  options: { schools: readonly string[] | null; state?: MessageState; before?: string; limit: number },
): Promise<MessageRow[]> {
  const { rows } = await db.raw<{ rows: MessageRow[] }>(
    `WITH page AS (
       SELECT m.*, p.name, p.token_sha256, ${ADDRESS} AS goes_to, ${STATE} AS state
       FROM staff_message m LEFT JOIN person p USING (person_id)
       WHERE (CAST(:schools AS text[]) IS NULL OR m.school_id = ANY (:schools))
         AND (CAST(:state AS text) IS NULL OR ${STATE} = :state)
         AND (CAST(:before AS uuid) IS NULL OR m.message_id < CAST(:before AS uuid))
       ORDER BY m.message_id DESC LIMIT :limit
     )
     SELECT m.message_id AS "messageId", m.school_id AS school, s.name AS "schoolName", m.role, m.day, m.state, m.subject, m.text, m.tries, m.problem,
       CASE WHEN m.person_id IS NOT NULL
         THEN json_build_object('id', m.person_id, 'name', m.name, 'signsIn', m.token_sha256 NOT LIKE 'removed:%') END AS person,
       CASE WHEN m.outcome IS NULL THEN m.goes_to ELSE m.address END AS address,
       ${iso('m.next_try_at')} AS "nextTryAt", ${iso('m.outcome_at')} AS "outcomeAt", about.*
     FROM page m JOIN school s USING (school_id)
     CROSS JOIN LATERAL (
       SELECT CAST(count(r.reminder_id) AS integer) AS missing, CAST(count(*) FILTER (WHERE c.came_on IS NULL AND r.date IS NOT NULL) AS integer) AS "stillMissing",
         CAST(count(k.reminder_id) AS integer) AS tasks, CAST(count(*) FILTER (WHERE ${stillAsked('t', 'k')}) AS integer) AS "stillOpen"
       FROM staff_message_about a
       LEFT JOIN submission_reminder r ON a.kind = 'submission' AND r.reminder_id = a.reminder_id
       LEFT JOIN missing_submission c ON (c.school_id, c.date, c.section, c.period) = (r.school_id, r.date, r.section, r.period)
       LEFT JOIN task_reminder k ON a.kind = 'task' AND k.reminder_id = a.reminder_id
       LEFT JOIN case_task t ON (t.case_id, t.task, t.round) = (k.case_id, k.task, k.round)
       WHERE a.message_id = m.message_id) AS about
     ORDER BY m.message_id DESC`,
    {
      schools: options.schools === null ? null : [...options.schools],
      state: options.state ?? null,
      before: options.before ?? null,
      limit: options.limit,
    },
  );
  return rows;
}

const iso = (instant: string): string => `to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\\:MI\\:SS.MS"Z"')`;

/** Whether mail can leave, and how much waits. */
export interface MailService {
  /** A worker with a mail server has been at work within the last minutes. */
  server: 'set' | 'not_set';
  /** Why the last message could not be handed over; null once one could. */
  problem: string | null;
  /** Messages that wait for their next try; that go to nobody, or to nobody's address; and that were refused for good within thirty days. */
  waiting: number;
  unaddressed: number;
  refused: number;
}

export async function readMailService(db: Database): Promise<MailService> {
  const { rows } = await db.raw<{ rows: [MailService] }>(
    `SELECT CASE WHEN EXISTS (SELECT FROM mail_service WHERE seen_at > now() - interval '5 minutes') THEN 'set' ELSE 'not_set' END AS server,
       (SELECT problem FROM mail_service) AS problem,
       CAST(count(*) FILTER (WHERE state = 'waiting') AS integer) AS waiting,
       CAST(count(*) FILTER (WHERE state = 'unaddressed') AS integer) AS unaddressed,
       (SELECT CAST(count(*) AS integer) FROM staff_message WHERE outcome = 'refused' AND outcome_at > now() - interval '30 days') AS refused
     FROM (SELECT ${STATE} AS state FROM staff_message m LEFT JOIN person p USING (person_id) WHERE m.outcome IS NULL) AS open`,
  );
  return rows[0];
}
