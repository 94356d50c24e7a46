import type { Transaction } from '../store/database.ts';

/** Imports, turns of the day and people's corrections follow one another: each builds on what the one before has written. */
export async function takeTurns(trx: Transaction): Promise<void> {
  await trx.raw(`SELECT pg_advisory_xact_lock(hashtext('rollbook attendance'))`);
}
