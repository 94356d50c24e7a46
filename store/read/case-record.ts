import type { CaseEvent } from '../../cases/events.ts';
import type { Ladder, PolicyPin } from '../../policy/ladder.ts';
import type { Database } from '../database.ts';

/** A row of `case_event`. */
export interface EventRow {
  seq: number;
  type: string;
  schema: number;
  at: Date;
  day: string;
  recorded_at: Date;
  actor: unknown;
  cause: string;
  source: string;
  body: unknown;
  hash: string;
}

/** The event that a row holds. */
export function asEvent(row: EventRow): CaseEvent {
  const { seq, type, schema, at, day, actor, cause, body } = row;
  return { seq, type, schema, at: at.toISOString(), day, actor, cause, body } as CaseEvent;
}

/** All events of a case, in order. */
export async function readCaseEvents(db: Database, caseId: string): Promise<CaseEvent[]> {
  const rows = await db('case_event')
    .where({ case_id: caseId })
    .orderBy('seq')
    .select<EventRow[]>('seq', 'type', 'schema', 'at', 'day', 'actor', 'cause', 'body');
  return rows.map(asEvent);
}

/** All events of many cases, in order, as `readCaseEvents` reads those of one. A case that has not begun is missing. */
export async function readEventsOfCases(db: Database, caseIds: readonly string[]): Promise<Map<string, CaseEvent[]>> {
  const rows = await db('case_event')
    .whereIn('case_id', [...caseIds])
    .orderBy(['case_id', 'seq'])
    .select<(EventRow & { case_id: string })[]>('case_id', 'seq', 'type', 'schema', 'at', 'day', 'actor', 'cause', 'body');
  const events = new Map<string, CaseEvent[]>();
  for (const row of rows) {
    const own = events.get(row.case_id);
    if (own) own.push(asEvent(row));
    else events.set(row.case_id, [asEvent(row)]);
  }
  return events;
}

/** One line of a case's chronology: the event, when it was recorded, and the words that belong to it. */
export interface ChronicleRow {
  event: CaseEvent;
  recordedAt: string;
  source: string;
  hash: string;
  /** Text of the command that caused it, or of the record it takes note of; null when there is none, or when it has been destroyed. */
  text: string | null;
}

/** A page of the chronology, oldest first, after a sequence number. */
export async function readChronicle(db: Database, caseId: string, page: { after: number; limit: number }): Promise<ChronicleRow[]> {
  const rows = await db('case_event AS e')
    // A cause is a command's id only when a person caused it; a text is shown with the event that carries its digest.
    .leftJoin('command AS k', (on) => {
      on.on(db.raw(`e.source = 'person'`))
        .andOn(db.raw('k.command_id::text = e.cause'))
        .andOn(db.raw(`k.text_digest = e.body ->> 'textDigest'`));
    })
    .leftJoin('earlier_record AS w', (on) => {
      on.on(db.raw(`w.record_id = CASE WHEN e.type LIKE '%_recorded_elsewhere' THEN (e.body ->> 'record')::uuid END`));
    })
    .where('e.case_id', caseId)
    .where('e.seq', '>', page.after)
    .orderBy('e.seq')
    .limit(page.limit)
    .select<(EventRow & { text: string | null })[]>('e.*', db.raw('coalesce(k.text, w.text) AS text'));
  return rows.map((row) => ({
    event: asEvent(row),
    recordedAt: row.recorded_at.toISOString(),
    source: row.source,
    hash: row.hash,
    text: row.text,
  }));
}

/** The ladder to which a case is pinned; of the policy in force when the case has not begun. Null when no policy is in force. */
export async function readCaseLadder(db: Database, caseId: string): Promise<Ladder | null> {
  const { rows } = await db.raw<{ rows: { ladder: Ladder }[] }>(
    `SELECT v.ladder FROM policy_version v
     LEFT JOIN attendance_case c ON c.case_id = ?
     WHERE CASE WHEN c.case_id IS NULL THEN v.in_force ELSE v.policy_id = c.policy_id AND v.version = c.policy_version END`,
    [caseId],
  );
  return rows[0]?.ladder ?? null;
}

/** The pin of the policy in force; null before one is loaded. */
export async function readPinInForce(db: Database): Promise<PolicyPin | null> {
  const row = await db('policy_version').where({ in_force: true }).first<PolicyPin | undefined>('policy_id AS id', 'version', 'digest');
  return row ?? null;
}

/** The ladder of the policy in force; null before one is loaded. */
export async function readLadderInForce(db: Database): Promise<Ladder | null> {
  const row = await db('policy_version').where({ in_force: true }).first<{ ladder: Ladder } | undefined>('ladder');
  return row?.ladder ?? null;
}

/** What the case's row says beside its events. */
export interface CaseHead {
  openedOn: string;
  openedWhy: string;
  /** Why a person has to look at it; null when all is well. */
  needsAttention: string | null;
}

/** @returns null when the case has not begun */
export async function readCaseHead(db: Database, caseId: string): Promise<CaseHead | null> {
  const row = await db('attendance_case')
    .where({ case_id: caseId })
    .first<{ opened_on: string; opened_why: string; needs_attention: string | null } | undefined>(
      'opened_on',
      'opened_why',
      'needs_attention',
    );
  return row ? { openedOn: row.opened_on, openedWhy: row.opened_why, needsAttention: row.needs_attention } : null;
}
