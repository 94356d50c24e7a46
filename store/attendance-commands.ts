import type { Actor } from '../cases/events.ts';
import type { CodeMeaning } from '../policy/codes.ts';
import type { DaySaying, VerificationMethod } from '../policy/vocabulary.ts';
import type { Database, Transaction } from './database.ts';

/** What a person asks to be done to attendance data. */
export type AttendanceCommand =
  | { kind: 'map_code'; codeSet: string; code: string; label: string | null; meaning: CodeMeaning }
  | ({ kind: 'correct_day' } & DayCorrectionAsked)
  | { kind: 'settle_retractions'; delivery: string; release: boolean; reason: string }
  | { kind: 'release_school'; school: string; note: string };

/** What a person says about a day, and how it is known. */
export interface DayCorrectionAsked {
  student: string;
  date: string;
  says: DaySaying;
  /** Minutes missed, of a tardy. */
  minutes: number | null;
  /** A valid excuse of the state's list, or why the record was wrong. */
  reason: string;
  /** Which illness, death or event it belongs to. */
  incident: string | null;
  /** Who verified it. */
  verifier: string;
  method: VerificationMethod;
  /** The principal or administrator whose approval the reason needs. */
  approvedBy: string | null;
  note: string | null;
}

/** A refusal: nothing was changed. */
interface AttendanceRefusal {
  type: RefusalType;
  detail: string;
}

export type RefusalType =
  | 'unknown-reason'
  | 'approval-missing'
  | 'written-request-missing'
  | 'incident-missing'
  | 'cap-reached'
  | 'nothing-to-correct'
  | 'suspended-day'
  | 'future-day'
  | 'year-closed'
  | 'not-enrolled'
  | 'not-a-school-day'
  | 'nothing-waits';

/** What became of such a command. */
export type AttendanceOutcome =
  | { outcome: 'applied'; answer: Record<string, unknown> }
  | { outcome: 'refused'; answer: AttendanceRefusal }
  | { outcome: null; answer: null };

/** Writes a command down, once for its district command. */
export async function writeAttendanceCommand(
  trx: Transaction,
  input: { commandId: string; command: AttendanceCommand; actor: Actor },
): Promise<void> {
  const { kind, ...asked } = input.command;
  await trx('attendance_command').insert({
    command_id: input.commandId,
    kind,
    asked: JSON.stringify(asked),
    student_id: 'student' in asked ? asked.student : null,
    actor: JSON.stringify(input.actor),
  });
}

/** What has become of a command so far. */
export async function readAttendanceOutcome(db: Database, commandId: string): Promise<AttendanceOutcome> {
  const row = await db('attendance_command').where({ command_id: commandId }).first<AttendanceOutcome | undefined>('outcome', 'answer');
  return row ?? { outcome: null, answer: null };
}

/** A command that waits to be done. */
export interface WaitingCommand {
  commandId: string;
  command: AttendanceCommand;
  actor: Actor;
}

/** Takes the oldest command that waits, for the length of the transaction. Null when none does, or all are in other hands. */
export async function takeAttendanceCommand(trx: Transaction): Promise<WaitingCommand | null> {
  const row = await trx('attendance_command')
    .whereNull('outcome')
    .whereRaw('next_try_at <= now()')
    .orderBy('command_id')
    .forUpdate()
    .skipLocked()
    .first<{ command_id: string; kind: string; asked: object; actor: Actor } | undefined>('command_id', 'kind', 'asked', 'actor');
  if (!row) return null;
  return { commandId: row.command_id, command: { kind: row.kind, ...row.asked } as AttendanceCommand, actor: row.actor };
}

/** Writes the one outcome of a command. */
export async function settleAttendanceCommand(
  trx: Transaction,
  commandId: string,
  { outcome, answer }: Exclude<AttendanceOutcome, { outcome: null }>,
): Promise<void> {
  await trx('attendance_command')
    .where({ command_id: commandId })
    .whereNull('outcome')
    .update({ outcome, answer: JSON.stringify(answer), outcome_at: trx.fn.now() });
}

/** Puts off a command that could not be done just now, longer each time, up to a minute. */
export async function putOffAttendanceCommand(db: Database, commandId: string): Promise<void> {
  await db.raw(
    `UPDATE attendance_command SET tries = tries + 1, next_try_at = now() + least(60, power(2, tries)) * interval '1 second'
     WHERE command_id = ? AND outcome IS NULL`,
    [commandId],
  );
}
