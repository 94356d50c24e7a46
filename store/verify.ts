import type { CaseEvent } from '../cases/events.ts';
import { bodyDigestOf, chainStart, envelopeHash, sha256, type Source } from './chain.ts';
import type { Database } from './database.ts';

/** The first link of a case's chain that does not hold. */
export interface BrokenLink {
  caseId: string;
  /** Sequence number of the event at which the chain breaks. */
  seq: number;
  /** What differs. */
  what: 'order' | 'body' | 'envelope' | 'previous' | 'missing' | 'text';
  /** One sentence for the person who asked. */
  detail: string;
}

/** What a walk over the whole record found. */
export interface VerifyReport {
  cases: number;
  events: number;
  /** At most one for each case: what comes after a broken link cannot be judged. Ordered by case. */
  broken: BrokenLink[];
}

interface Row {
  case_id: string;
  seq: number;
  type: string;
  schema: number;
  at: Date;
  day: string;
  actor: CaseEvent['actor'];
  cause: string;
  source: Source;
  body: unknown;
  salt: string;
  body_digest: string;
  prev_hash: string;
  hash: string;
  text: string | null;
  text_salt: string | null;
}

/** How many events are read at a time. */
const PAGE = 2_000;

/**
 * Walks every case's chain from its first event and recomputes each link (house rule 4): the order, the salted digest of the body, the
 * hash of the envelope, the hash of the event before, the end of the chain as the case's row has it, and the digests of the texts
 * (of commands, and of records from elsewhere) that have not been destroyed.
 * @param onCase hears of each case that was walked, for showing progress
 */
export async function verifyChains(db: Database, onCase: (caseId: string) => void = () => undefined): Promise<VerifyReport> {
  const report: VerifyReport = { cases: 0, events: 0, broken: [] };
  let walk = null as Walk | null;
  const end = async (ended: Walk | null): Promise<void> => {
    if (!ended) return;
    const broken = ended.broken ?? (await wrongEnd(db, ended));
    if (broken) report.broken.push(broken);
    report.cases += 1;
    onCase(ended.caseId);
  };
  for (let after: { caseId: string; seq: number } | null = null; ;) {
    const rows: Row[] = await page(db, after);
    for (const row of rows) {
      if (walk?.caseId !== row.case_id) {
        await end(walk);
        walk = { caseId: row.case_id, seq: 0, hash: chainStart(row.case_id), broken: null };
      }
      report.events += 1;
      walk.broken ??= judge(row, walk);
      walk.seq = row.seq;
      walk.hash = row.hash;
    }
    const last = rows.at(-1);
    if (!last) break;
    after = { caseId: last.case_id, seq: last.seq };
  }
  await end(walk);
  report.broken.push(...(await withoutEvents(db)));
  report.broken.sort((a, b) => (a.caseId < b.caseId ? -1 : 1));
  return report;
}

/** Where a walk along one chain stands. */
interface Walk {
  caseId: string;
  seq: number;
  hash: string;
  broken: BrokenLink | null;
}

async function page(db: Database, after: { caseId: string; seq: number } | null): Promise<Row[]> {
  const query = db('case_event AS e')
    // A cause is a command's id only when a person caused it.
    .leftJoin('command AS k', 'k.command_id', db.raw(`CASE WHEN e.source = 'person' THEN e.cause::uuid END`))
    // A step taken elsewhere keeps its words with its own record.
    .leftJoin(
      'earlier_record AS w',
      'w.record_id',
      db.raw(`CASE WHEN e.type LIKE '%_recorded_elsewhere' THEN (e.body ->> 'record')::uuid END`),
    )
    .orderBy(['e.case_id', 'e.seq'])
    .limit(PAGE)
    .select<Row[]>('e.*', db.raw('coalesce(w.text, k.text) AS text'), db.raw('coalesce(w.text_salt, k.text_salt) AS text_salt'));
  return after ? query.whereRaw('(e.case_id, e.seq) > (?, ?)', [after.caseId, after.seq]) : query;
}

/** The link's own fault, if it has one. */
function judge(row: Row, walk: Walk): BrokenLink | null {
  const { seq } = row;
  const broken = (what: BrokenLink['what'], detail: string): BrokenLink => ({ caseId: row.case_id, seq, what, detail });
  if (seq !== walk.seq + 1) return broken('order', `Event ${walk.seq + 1} is missing: after ${walk.seq} comes ${seq}.`);
  if (row.prev_hash !== walk.hash)
    return broken('previous', `Event ${seq} does not follow the event before it: the hash it names is another.`);
  if (bodyDigestOf(row.salt, row.body) !== row.body_digest)
    return broken('body', `The body of event ${seq} is not the one that was recorded.`);
  const event = {
    seq,
    type: row.type,
    schema: row.schema,
    at: row.at.toISOString(),
    day: row.day,
    actor: row.actor,
    cause: row.cause,
    body: row.body,
  };
  if (envelopeHash(row.case_id, event as CaseEvent, row.source, row.body_digest, row.prev_hash) !== row.hash) {
    return broken('envelope', `The envelope of event ${seq} (its type, time, actor, cause or source) is not the one that was recorded.`);
  }
  const said = (row.body as { textDigest?: string | null }).textDigest ?? null;
  if (said !== null && row.text !== null && row.text_salt !== null && sha256(row.text_salt + row.text) !== said) {
    return broken('text', `The text that belongs to event ${seq} is not the one that was recorded.`);
  }
  return null;
}

/** A chain whose last events were taken away still links; only the case's row tells. */
async function wrongEnd(db: Database, walk: Walk): Promise<BrokenLink | null> {
  const head = await db('attendance_case')
    .where({ case_id: walk.caseId })
    .first<{ seq: number; last_hash: string } | undefined>('seq', 'last_hash');
  if (head?.seq === walk.seq && head.last_hash === walk.hash) return null;
  const ends = head ? `at ${head.seq}` : 'nowhere';
  return {
    caseId: walk.caseId,
    seq: walk.seq + 1,
    what: 'missing',
    detail: `The record ends at event ${walk.seq}, the case’s own row ${ends} or with another hash.`,
  };
}

/** Cases of which nothing is left but their row. */
async function withoutEvents(db: Database): Promise<BrokenLink[]> {
  const rows = await db('attendance_case AS c')
    .whereNotExists(db('case_event AS e').whereRaw('e.case_id = c.case_id').select(db.raw('1')))
    .select<{ case_id: string }[]>('c.case_id');
  return rows.map(({ case_id: caseId }) => ({ caseId, seq: 1, what: 'missing', detail: 'The case has a row and no event at all.' }));
}
