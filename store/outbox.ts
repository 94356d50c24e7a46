import type { Database } from './database.ts';

/** A message to a case that is not done yet. Done means: its effect, refusal or watermark is in PostgreSQL (house rule 2). */
export type Pending = { kind: 'standing' | 'tick'; caseId: string } | { kind: 'command'; commandId: string };

/** Leases use wall time. A message rests this many seconds after its first try, and twice as long after each further one. */
const FIRST_REST = { outbox: 10, command: 15, tick: 10 };
/** At most so many seconds. */
const LONGEST_REST = 300;
/** How long the timers of a live district's cases are left to do their work before the watchdog does it, in seconds. */
const TIMERS_FIRST = 60;

/**
 * Leases messages that are due to be sent (again): crossings, commands without an outcome, deadlines that have passed and are not taken
 * note of. A leased one rests before its next try, longer each time, so that several workers share the work and a dead one loses
 * nothing.
 * @param districtNow district time, for the deadlines
 * @param limit how many at most
 */
export async function leaseMessages(db: Database, districtNow: string, limit: number): Promise<Pending[]> {
  const due = await anyDue(db, districtNow);
  const pending: Pending[] = [];
  if (due.commands) pending.push(...(await leaseCommands(db, limit)));
  if (due.crossings && pending.length < limit) pending.push(...(await leaseCrossings(db, limit - pending.length)));
  if (due.deadlines && pending.length < limit) pending.push(...(await leaseDeadlines(db, districtNow, limit - pending.length)));
  return pending;
}

const PASSED = `next_deadline <= CAST(:districtNow AS timestamptz) - (SELECT CASE WHEN live THEN ${TIMERS_FIRST} ELSE 0 END * interval '1 second' FROM district)
  AND (tick_next_try_at IS NULL OR tick_next_try_at <= now())`;

/** One cheap question, asked several times a second by every worker. */
async function anyDue(db: Database, districtNow: string): Promise<{ crossings: boolean; commands: boolean; deadlines: boolean }> {
  const { rows } = await db.raw<{ rows: { crossings: boolean; commands: boolean; deadlines: boolean }[] }>(
    `SELECT EXISTS (SELECT FROM outbox WHERE next_try_at <= now()) AS crossings,
       EXISTS (SELECT FROM command WHERE outcome IS NULL AND next_try_at <= now()) AS commands,
       EXISTS (SELECT FROM attendance_case WHERE ${PASSED}) AS deadlines`,
    { districtNow },
  );
  return rows[0] ?? { crossings: false, commands: false, deadlines: false };
}

function rest(first: number): string {
  return `tries = tries + 1, next_try_at = now() + least(${first} * power(2, least(tries, 10)), ${LONGEST_REST}) * interval '1 second'`;
}

/** Crossings that the case has already taken in are done, and go. */
async function leaseCrossings(db: Database, limit: number): Promise<Pending[]> {
  await db.raw(
    `DELETE FROM outbox WHERE outbox_id IN (
       SELECT outbox_id FROM outbox o JOIN attendance_case c USING (case_id)
       WHERE o.next_try_at <= now() AND c.standing_version >= o.standing_version FOR UPDATE OF o SKIP LOCKED)`,
  );
  const { rows } = await db.raw<{ rows: { case_id: string }[] }>(
    `UPDATE outbox SET ${rest(FIRST_REST.outbox)}
     WHERE outbox_id IN (SELECT outbox_id FROM outbox WHERE next_try_at <= now() ORDER BY next_try_at, outbox_id LIMIT ? FOR UPDATE SKIP LOCKED)
     RETURNING case_id`,
    [limit],
  );
  return rows.map((row) => ({ kind: 'standing', caseId: row.case_id }));
}

async function leaseCommands(db: Database, limit: number): Promise<Pending[]> {
  const { rows } = await db.raw<{ rows: { command_id: string }[] }>(
    `UPDATE command SET ${rest(FIRST_REST.command)}
     WHERE command_id IN (SELECT command_id FROM command WHERE outcome IS NULL AND next_try_at <= now()
                          ORDER BY next_try_at, command_id LIMIT ? FOR UPDATE SKIP LOCKED)
     RETURNING command_id`,
    [limit],
  );
  return rows.map((row) => ({ kind: 'command', commandId: row.command_id }));
}

async function leaseDeadlines(db: Database, districtNow: string, limit: number): Promise<Pending[]> {
  const { rows } = await db.raw<{ rows: { case_id: string }[] }>(
    `UPDATE attendance_case SET tick_next_try_at = now() + CASE WHEN needs_attention IS NULL THEN ${FIRST_REST.tick} ELSE ${LONGEST_REST} END * interval '1 second'
     WHERE case_id IN (SELECT case_id FROM attendance_case WHERE ${PASSED} ORDER BY next_deadline LIMIT :limit FOR UPDATE SKIP LOCKED)
     RETURNING case_id`,
    { districtNow, limit },
  );
  return rows.map((row) => ({ kind: 'tick', caseId: row.case_id }));
}

/** Drops the crossing of a case when the case has taken it in. */
export async function dropIfDone(db: Database, caseId: string): Promise<void> {
  await db.raw(
    `DELETE FROM outbox o USING attendance_case c WHERE o.case_id = ? AND c.case_id = o.case_id AND c.standing_version >= o.standing_version`,
    [caseId],
  );
}
