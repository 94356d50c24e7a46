import type { CaseEvent } from '../cases/events.ts';
import type { PolicyPin, Ladder } from '../policy/ladder.ts';
import { chainStart, linkEvent, type Source } from './chain.ts';
import type { Database, Transaction } from './database.ts';
import { insertRows } from './insert-rows.ts';
import { asEvent, type EventRow } from './read/case-record.ts';

/** Keeps every other writer of a case out until the transaction ends, also while the case has no row yet. */
export async function lockCase(trx: Transaction, caseId: string): Promise<void> {
  await trx.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [caseId]);
}

/** All that a transition is judged by, as it stands behind the case's lock. */
export interface CaseRecord {
  events: CaseEvent[];
  /** The hash that the next event has to name. */
  chainEnd: string;
  /** Version of the standing that PostgreSQL has; 0 when there is none. */
  standingVersion: number;
}

/** Reads a case's record in one go: it is asked for in every transition. */
export async function readCaseRecord(trx: Transaction, caseId: string): Promise<CaseRecord> {
  const { rows } = await trx.raw<{ rows: (EventRow & { version: number | null })[] }>(
    `SELECT s.version, e.seq, e.type, e.schema, e.at, e.day, e.actor, e.cause, e.body, e.hash
     FROM (SELECT CAST(? AS uuid) AS case_id) AS c LEFT JOIN standing s USING (case_id) LEFT JOIN case_event e USING (case_id) ORDER BY e.seq`,
    [caseId],
  );
  const recorded = rows.filter((row) => row.seq !== null);
  return {
    events: recorded.map(asEvent),
    chainEnd: recorded.at(-1)?.hash ?? chainStart(caseId),
    standingVersion: rows[0]?.version ?? 0,
  };
}

/**
 * Appends events to a case's record, each linked to the one before.
 * @param after the hash at which the record ends now
 * @returns the hash at which it ends then
 */
export async function appendEvents(trx: Transaction, caseId: string, events: CaseEvent[], source: Source, after: string): Promise<string> {
  let end = after;
  const rows = events.map((event) => {
    const { seq, type, schema, at, day, cause } = event;
    const { salt, bodyDigest, prevHash, hash } = linkEvent(caseId, event, source, end);
    end = hash;
    return {
      case_id: caseId,
      seq,
      type,
      schema,
      at,
      day,
      cause,
      source,
      salt,
      hash,
      actor: event.actor,
      body: event.body,
      body_digest: bodyDigest,
      prev_hash: prevHash,
    };
  });
  const [first, ...others] = rows;
  if (first) await insertRows(trx, 'case_event', [first, ...others]);
  return end;
}

/** The ladder that a pin names. @throws if this database has no such version, or another one under its name */
export async function readPinnedLadder(db: Database, pin: PolicyPin): Promise<Ladder> {
  const row = await db('policy_version')
    .where({ policy_id: pin.id, version: pin.version })
    .first<{ ladder: Ladder; digest: string } | undefined>('ladder', 'digest');
  if (row?.digest !== pin.digest)
    throw new Error(`policy ${pin.id} version ${pin.version} (${pin.digest.slice(0, 8)}) is not in this database`);
  return row.ladder;
}

/** Shows on the case's row why a person has to look at it. A case that has not begun has no row, and nothing is shown. */
export async function noteNeedsAttention(db: Database, caseId: string, problem: string): Promise<void> {
  await db('attendance_case').where({ case_id: caseId }).update({ needs_attention: problem });
}

/** Every case that has begun, as its row says. */
export async function caseIds(db: Database): Promise<string[]> {
  return db('attendance_case').orderBy('case_id').pluck('case_id');
}

/** Every case of which there is an event. */
export async function caseIdsOfRecord(db: Database): Promise<string[]> {
  return db('case_event').where({ seq: 1 }).orderBy('case_id').pluck('case_id');
}
