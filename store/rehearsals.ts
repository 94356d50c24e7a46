import type { Day } from '../cases/actions.ts';
import type { Responses } from '../policy/rehearsal.ts';
import type { Database, Transaction } from './database.ts';
import { insertRows } from './insert-rows.ts';
import type { AskedResponses, PolicyRehearsed } from './intake/rehearsals.ts';

/** What whoever works on a rehearsal has to know of it. */
export interface RehearsalAsked {
  from: Day;
  to: Day;
  schools: string[] | null;
  policies: PolicyRehearsed[];
  responses: AskedResponses;
}

/** Where a student's case stood at the end of the span. */
export interface StudentAtStep {
  student: string;
  school: string;
  /** The band of all absences. */
  step: string | null;
  phase: string;
  openTasks: number;
  reports: number;
  letters: number;
  referred: boolean;
}

/** What one part found of one policy, or all parts together, as it is kept. */
export interface KeptForecast {
  weeks: { school: string; week: Day; minutes: Record<string, number>; [measure: string]: unknown }[];
  atStep: StudentAtStep[];
}

const ROWS_AT_ONCE = 2_000;

/** Takes a rehearsal up. @returns null when nobody wants it any more */
export async function takeUpRehearsal(db: Database, rehearsalId: string): Promise<RehearsalAsked | null> {
  const [row] = await db('policy_rehearsal')
    .where({ rehearsal_id: rehearsalId })
    .whereIn('status', ['queued', 'running'])
    .update({ status: 'running' })
    .returning<{ from_day: Day; to_day: Day; schools: string[] | null; policies: PolicyRehearsed[]; responses: AskedResponses }[]>([
      'from_day',
      'to_day',
      'schools',
      'policies',
      'responses',
    ]);
  return row ? { from: row.from_day, to: row.to_day, schools: row.schools, policies: row.policies, responses: row.responses } : null;
}

/**
 * Lays a rehearsal out into parts, by the table of responses that all of them use. What is laid out already stays.
 * @returns how many parts it has
 */
export async function layOut(
  db: Database,
  rehearsalId: string,
  plan: { students: number; parts: number; responses: Responses },
): Promise<number> {
  return db.transaction(async (trx) => {
    const known = await trx('policy_rehearsal_part').where({ rehearsal_id: rehearsalId }).pluck<number[]>('part');
    if (known.length > 0) return known.length;
    await trx('policy_rehearsal')
      .where({ rehearsal_id: rehearsalId })
      .update({ students: plan.students, responses: JSON.stringify(plan.responses) });
    await trx('policy_rehearsal_part').insert(Array.from({ length: plan.parts }, (_, part) => ({ rehearsal_id: rehearsalId, part })));
    return plan.parts;
  });
}

/** Whether a part is through already; null when nobody wants the rehearsal any more. */
export async function partIsDone(db: Database, rehearsalId: string, part: number): Promise<boolean | null> {
  const row = await db('policy_rehearsal_part AS p')
    .join('policy_rehearsal AS r', 'r.rehearsal_id', 'p.rehearsal_id')
    .where({ 'p.rehearsal_id': rehearsalId, part, 'r.status': 'running' })
    .first<{ done: boolean } | undefined>(db.raw('p.forecasts IS NOT NULL AS done'));
  return row?.done ?? null;
}

/** Tells how many students of a part are through. @returns whether the rehearsal is still wanted */
export async function tellProgress(db: Database, rehearsalId: string, part: number, done: number): Promise<boolean> {
  const told = await db('policy_rehearsal_part')
    .where({ rehearsal_id: rehearsalId, part })
    .whereExists(db('policy_rehearsal').where({ rehearsal_id: rehearsalId, status: 'running' }).select(db.raw('1')))
    .update({ done });
  return told === 1;
}

/** Keeps what a part found. */
export async function keepPart(db: Database, rehearsalId: string, part: number, done: number, forecasts: unknown): Promise<void> {
  await db('policy_rehearsal_part')
    .where({ rehearsal_id: rehearsalId, part })
    .update({ done, forecasts: JSON.stringify(forecasts) });
}

/** What the parts found, one after the other: memory holds one. */
export async function* keptParts(trx: Transaction, rehearsalId: string): AsyncGenerator<unknown[]> {
  const parts = await trx('policy_rehearsal_part').where({ rehearsal_id: rehearsalId }).orderBy('part').pluck<number[]>('part');
  for (const part of parts) {
    const row = await trx('policy_rehearsal_part')
      .where({ rehearsal_id: rehearsalId, part })
      .first<{ forecasts: unknown[] | null }>('forecasts');
    if (row.forecasts === null) throw new Error(`part ${part} of the rehearsal is not through`);
    yield row.forecasts;
  }
}

/**
 * Writes what was found, and lets go of the parts.
 * @param result what is told of each policy, but for weeks and students
 * @returns false when it was cancelled meanwhile; nothing is written then
 */
export async function writeRehearsed(
  trx: Transaction,
  rehearsalId: string,
  found: { which: PolicyRehearsed['which']; forecast: KeptForecast }[],
  result: unknown,
): Promise<boolean> {
  const ended = await trx('policy_rehearsal')
    .where({ rehearsal_id: rehearsalId, status: 'running' })
    .update({ status: 'done', result: JSON.stringify(result), ended_at: trx.fn.now() });
  if (ended === 0) return false;
  for (const { which, forecast } of found) {
    const of = { rehearsal_id: rehearsalId, which };
    const weeks = forecast.weeks.map(({ school, ...week }) => ({ ...of, school_id: school, ...week }));
    const students = forecast.atStep.map(({ student, school, openTasks, ...rest }) => ({
      ...of,
      student_id: student,
      school_id: school,
      open_tasks: openTasks,
      ...rest,
    }));
    await insertAll(trx, 'policy_rehearsal_week', weeks);
    await insertAll(trx, 'policy_rehearsal_student', students);
  }
  await trx('policy_rehearsal_part').where({ rehearsal_id: rehearsalId }).update({ forecasts: null });
  return true;
}

async function insertAll(trx: Transaction, table: string, rows: object[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const [first, ...rest] = rows.slice(at, at + ROWS_AT_ONCE);
    if (first) await insertRows(trx, table, [first, ...rest]);
  }
}

/** Says why a rehearsal could not be brought to its end. */
export async function failRehearsal(db: Database, rehearsalId: string, problem: string): Promise<void> {
  await db('policy_rehearsal')
    .where({ rehearsal_id: rehearsalId })
    .whereIn('status', ['queued', 'running'])
    .update({ status: 'failed', problem, ended_at: db.fn.now() });
}
