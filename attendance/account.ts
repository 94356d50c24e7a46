import { COUNT_KEYS, type DeliveryCounts, type FileCounts } from '../store/attendance-delivery.ts';
import type { Transaction } from '../store/database.ts';
import { KINDS } from './formats/format.ts';
import type { PlainRows } from './plain-rows.ts';
import { REASONS, type ReasonCode } from './reasons.ts';
import { tableOf, type Stage } from './staging.ts';

/**
 * Rows that are kept one by one, for each outcome: enough to mend a file, and a bound for one that is wrong from end to end. Of the
 * rest the counts say how many there were.
 */
export const MOST_ROWS = 100_000;

/** Of these rows nothing is kept but their number and where they lie: the file itself says the rest. */
const COUNTED_ONLY: readonly ReasonCode[] = ['unchanged'];

type Account = Omit<DeliveryCounts, 'standing' | 'consequences' | 'days' | 'earlier'>;

/**
 * The account of all files: read = accepted + rejected + ignored, for each file and in all. Every row that was not taken is written to
 * `delivery_row` with its outcome, its sentence and its raw values, up to `MOST_ROWS` of each outcome.
 * @param kinds the files that were staged, with what each is
 * @param plain their rows that were noted instead: all of them are accepted
 */
export async function accountOf(
  trx: Transaction,
  deliveryId: string,
  { kinds, plain }: { kinds: Record<string, Stage>; plain: PlainRows },
): Promise<Account> {
  const files: DeliveryCounts['files'] = {};
  for (const [name, stage] of Object.entries(kinds)) {
    const noted = plain.rows.get(name) ?? 0;
    files[name] = { kind: stage === 'unknown' ? null : stage, ...NOTHING, read: noted, accepted: noted, reasons: {} };
  }
  const staged = [...KINDS, 'unknown' as const].filter((stage) => Object.values(kinds).includes(stage));
  for (const stage of staged) await count(trx, stage, files);
  if (staged.includes('attendance')) await countUnchanged(trx, files);
  const counts: Account = { ...NOTHING, files, reasons: {}, notKept: { rejected: 0, ignored: 0 } };
  for (const file of Object.values(files)) {
    for (const key of COUNT_KEYS) counts[key] += file[key];
    for (const [code, { rows }] of Object.entries(file.reasons)) counts.reasons[code] = (counts.reasons[code] ?? 0) + rows;
  }
  for (const outcome of ['rejected', 'ignored'] as const) {
    let room = MOST_ROWS;
    for (const stage of staged) {
      const wanted = wantedOf(files, kinds, stage, outcome);
      if (wanted === 0) continue;
      if (room > 0) await keepRows(trx, deliveryId, stage, outcome, room);
      counts.notKept[outcome] += Math.max(0, wanted - room);
      room = Math.max(0, room - wanted);
    }
  }
  return counts;
}

const NOTHING: FileCounts = { read: 0, accepted: 0, rejected: 0, ignored: 0 };

/** Counts the rows of one kind in one pass, by file and reason. */
async function count(trx: Transaction, stage: Stage, files: DeliveryCounts['files']): Promise<void> {
  const { rows } = await trx.raw<{ rows: { file: string; reason: ReasonCode | null; n: number; first: number; last: number }[] }>(
    `SELECT file, reason, count(*) AS n, min(line) AS first, max(line) AS last FROM ${tableOf(stage)} GROUP BY file, reason ORDER BY file, reason`,
  );
  for (const { file: name, reason, n, first, last } of rows) {
    const file = files[name];
    if (!file) throw new Error('a row was staged of a file that was not');
    file.read += n;
    if (reason === null) {
      file.accepted += n;
      continue;
    }
    file[REASONS[reason].outcome] += n;
    file.reasons[reason] = { rows: n, first, last };
  }
}

/** Rows of attendance that repeat what is on record: they are judged to do so, and not written beside the staged row. */
async function countUnchanged(trx: Transaction, files: DeliveryCounts['files']): Promise<void> {
  const { rows } = await trx.raw<{ rows: { file: string; n: number; first: number; last: number }[] }>(
    `SELECT file, count(*) AS n, min(line) AS first, max(line) AS last FROM judged_day WHERE reason = 'unchanged' AND NOT derived GROUP BY file`,
  );
  for (const { file: name, n, first, last } of rows) {
    const file = files[name]!;
    file.accepted -= n;
    file.ignored += n;
    file.reasons['unchanged'] = { rows: n, first, last };
  }
}

/** How many rows of a kind and outcome are to be kept one by one. */
function wantedOf(files: DeliveryCounts['files'], kinds: Record<string, Stage>, stage: Stage, outcome: 'rejected' | 'ignored'): number {
  let wanted = 0;
  for (const [name, { reasons }] of Object.entries(files)) {
    if (kinds[name] !== stage) continue;
    for (const [code, { rows }] of Object.entries(reasons) as [ReasonCode, { rows: number }][]) {
      if (REASONS[code].outcome === outcome && !COUNTED_ONLY.includes(code)) wanted += rows;
    }
  }
  return wanted;
}

async function keepRows(trx: Transaction, deliveryId: string, stage: Stage, outcome: 'rejected' | 'ignored', most: number): Promise<void> {
  const known = Object.entries(REASONS)
    .filter(([code, reason]) => reason.outcome === outcome && !COUNTED_ONLY.includes(code as ReasonCode))
    .map(([code, { sentence }]) => ({ code, sentence }));
  await trx.raw(
    `INSERT INTO delivery_row (delivery_id, file, line, outcome, reason, message, raw)
     SELECT CAST(:delivery AS uuid), s.file, s.line, :outcome, s.reason,
       replace(replace(replace(r.sentence, '{a}', coalesce(s.a, '')), '{b}', coalesce(s.b, '')), '{c}', coalesce(s.c, '')),
       CASE WHEN s.text IS NOT NULL THEN jsonb_build_object('text', s.text)
            ELSE jsonb_strip_nulls(to_jsonb(s) - '{file,line,text,reason,a,b,c,student_id,fresh}'::text[]) END
     FROM ${tableOf(stage)} s JOIN jsonb_to_recordset(CAST(:known AS jsonb)) AS r(code text, sentence text) ON r.code = s.reason
     ORDER BY s.file, s.line LIMIT :most`,
    { delivery: deliveryId, outcome, most, known: JSON.stringify(known) },
  );
}
