import type { Day } from '../cases/actions.ts';
import type { Actor } from '../cases/events.ts';
import type { Command } from '../cases/messages.ts';
import type { Database, Transaction } from './database.ts';
import { insertRows } from './insert-rows.ts';
import { textDigest } from './intake/commands.ts';

/** A command that was given and applied long ago. */
export interface TakenCommand {
  id: string;
  caller: string;
  caseId: string;
  kind: Command['kind'];
  body: Command;
  bodySha256: string;
  text: string;
  salt: string;
  actor: Actor;
  /** District time at which it was given. */
  at: string;
  /** The case's last event after it. */
  seq: number;
}

/** Those among students whose case has not begun, each with the case's id and the contact person who is asked first. */
export async function studentsWithoutCase(db: Database, students: string[]): Promise<Map<string, { caseId: string; contact: string }>> {
  const { rows } = await db.raw<{ rows: { student: string; caseId: string; contact: string }[] }>(
    `SELECT s.student_id AS student, s.case_id AS "caseId", k.contact_id AS contact
     FROM student s LEFT JOIN attendance_case c USING (case_id)
     CROSS JOIN LATERAL (SELECT contact_id FROM contact k WHERE k.student_id = s.student_id ORDER BY is_primary DESC, contact_id LIMIT 1) AS k
     WHERE s.student_id = ANY(CAST(? AS uuid[])) AND c.case_id IS NULL`,
    [students],
  );
  return new Map(rows.map(({ student, ...found }) => [student, found]));
}

/**
 * Writes what schools did for themselves, once.
 * @param recordsOf the rows of a school, given its school days in order
 */
export async function writeSchoolRecords(db: Database, recordsOf: (school: string, days: readonly Day[]) => object[]): Promise<void> {
  const schools = await db('calendar_day')
    .where({ instructional: true })
    .groupBy('school_id')
    .select<{ school_id: string; days: Day[] }[]>('school_id', db.raw('array_agg(date ORDER BY date) AS days'));
  const rows = schools.flatMap(({ school_id, days }) => recordsOf(school_id, days));
  if (rows.length > 0) await db('school_record').insert(rows).onConflict('record_id').ignore();
}

/** Gives a student's standing a version after those that a replay has counted, so that it is news to the case. */
export async function settleStanding(trx: Transaction, caseId: string, version: number): Promise<void> {
  await trx('standing')
    .where({ case_id: caseId })
    .where('version', '<=', version)
    .update({ version: version + 1 });
}

/** What a case was last told of reports that are due, now that some have been filed: what comes later is compared with it. */
export async function settleWatch(trx: Transaction, student: string, due: boolean): Promise<void> {
  await trx('case_watch').where({ student_id: student }).update({ report_due: due });
}

/** Writes commands with their outcome and the words that the record has a digest of. */
export async function writeTakenCommands(trx: Transaction, commands: readonly TakenCommand[]): Promise<void> {
  const [first, ...rest] = commands.map(({ id, caller, caseId, kind, body, bodySha256, text, salt, actor, at, seq }) => ({
    command_id: id,
    caller,
    idempotency_key: id,
    case_id: caseId,
    kind,
    body,
    body_sha256: bodySha256,
    text,
    text_salt: salt,
    text_digest: textDigest(salt, text),
    actor,
    district_at: at,
    received_at: at,
    outcome: 'applied',
    outcome_body: { seq },
    outcome_at: at,
    next_try_at: at,
    tries: 0,
  }));
  if (first) await insertRows(trx, 'command', [first, ...rest]);
}
