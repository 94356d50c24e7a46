import type { Ladder, TaskRule } from '../../policy/ladder.ts';
import { ASSUMED, type Response, type Responses } from '../../policy/rehearsal.ts';
import { CONTACT_OUTCOMES, type ContactOutcome } from '../../policy/vocabulary.ts';
import { districtTime } from '../../store/clock.ts';
import type { Database } from '../../store/database.ts';
import { rowFor } from './people.ts';

/** Fewer tasks of a kind tell nothing; the assumed row then stands. */
const ENOUGH = 10;
/** Tasks that fell due less than so many days ago are left out: the slow ones of them are still open. */
const SETTLED_DAYS = 30;
/** What an action may have come to, of which chance draws one. */
const DRAWN = ['outcome', 'decision', 'status', 'result'];

/**
 * The table of what people do as the district's own record shows it: of each task the share that was documented, the school days from its
 * opening (or opening again) to that, the share that was not available, and what it came to; of calls about an absence what they came to.
 * Where the record knows fewer than ten of a kind, and for minutes, which nobody records, the other table stands.
 * @param ladders whose tasks are asked for: a draft's task that the district has never had is not in its record
 */
export async function recordedResponses(db: Database, ladders: readonly Ladder[], base: Responses = ASSUMED): Promise<Responses> {
  const [times, outcomes, calls] = await Promise.all([readTimes(db), readOutcomes(db), readCalls(db)]);
  const rules = new Map(ladders.flatMap(({ tasks }) => tasks.map((rule): [string, TaskRule] => [rule.task, rule])));
  const known = [...rules.values()].flatMap((rule): Response[] => {
    const seen = times.get(rule.task);
    const row = rowFor(base, rule);
    return seen === undefined || row === undefined || seen.settled < ENOUGH
      ? []
      : [recordedRow(rule, row, seen, outcomes.get(rule.task) ?? {})];
  });
  const called = Object.values(calls).reduce((sum, count) => sum + count, 0);
  return { ...base, calls: called < ENOUGH ? base.calls : { ...base.calls, outcomes: calls }, tasks: [...known, ...base.tasks] };
}

function recordedRow({ task }: TaskRule, base: Response, seen: Seen, outcomes: Response['outcomes']): Response {
  const { settled, unavailable, days } = seen;
  const closed = days.reduce((sum, [, count]) => sum + count, 0);
  const counts = days.map(([count]) => count);
  return {
    task,
    done: closed / settled,
    after: counts.length ? [Math.min(...counts), Math.max(...counts)] : base.after,
    ...(counts.length ? { days } : {}),
    unavailable: closed === 0 ? 0 : unavailable / closed,
    outcomes: { ...base.outcomes, ...outcomes },
    minutes: base.minutes,
  };
}

interface Seen {
  /** Tasks that are closed, or long overdue. */
  settled: number;
  unavailable: number;
  /** School days from the opening until it was closed, and how often. */
  days: [days: number, count: number][];
}

async function readTimes(db: Database): Promise<Map<string, Seen>> {
  const { day } = await districtTime(db);
  const { rows } = await db.raw<{ rows: { task: string; status: 'open' | 'done' | 'unavailable'; days: number; count: number }[] }>(
    `SELECT t.task, t.status, d.days, count(*)::integer AS count
     FROM case_task t CROSS JOIN LATERAL (
       SELECT CASE WHEN t.status = 'open' THEN 0 ELSE (
         SELECT count(*) FROM calendar_day c
         WHERE c.school_id = t.school_id AND c.instructional AND c.date > coalesce(t.due_from, t.opened_on) AND c.date <= t.closed_on) END::integer AS days) AS d
     WHERE t.status IN ('open', 'done', 'unavailable') AND t.due_on < CAST(:day AS date) - CAST(:settled AS integer)
     GROUP BY t.task, t.status, d.days ORDER BY t.task, d.days`,
    { day, settled: SETTLED_DAYS },
  );
  const seen = new Map<string, Seen>();
  for (const { task, status, days, count } of rows) {
    const of = seen.get(task) ?? { settled: 0, unavailable: 0, days: [] };
    seen.set(task, of);
    of.settled += count;
    if (status === 'open') continue;
    if (status === 'unavailable') of.unavailable += count;
    const same = of.days.find((one) => one[0] === days);
    if (same) same[1] += count;
    else of.days.push([days, count]);
  }
  return seen;
}

/** What the actions of each task came to, by field. */
async function readOutcomes(db: Database): Promise<Map<string, Response['outcomes']>> {
  const { rows } = await db.raw<{ rows: { task: string; field: string; value: string; count: number }[] }>(
    `SELECT a.task, d.key AS field, d.value, count(*)::integer AS count
     FROM case_action a CROSS JOIN LATERAL jsonb_each_text(a.details) AS d
     WHERE a.task IS NOT NULL AND a.superseded_by_event IS NULL AND d.key = ANY(:fields) GROUP BY a.task, d.key, d.value ORDER BY a.task, d.key, d.value`,
    { fields: DRAWN },
  );
  const found = new Map<string, Response['outcomes']>();
  for (const { task, field, value, count } of rows) {
    const of = found.get(task) ?? {};
    of[field] = { ...of[field], [value]: count };
    found.set(task, of);
  }
  return found;
}

async function readCalls(db: Database): Promise<Partial<Record<ContactOutcome, number>>> {
  const rows = await db('case_action')
    .where({ kind: 'contact' })
    .whereNotNull('spell')
    .whereNull('superseded_by_event')
    .groupByRaw(`details ->> 'outcome'`)
    .orderByRaw(`details ->> 'outcome'`)
    .select<{ outcome: ContactOutcome; count: number }[]>(db.raw(`details ->> 'outcome' AS outcome`), db.raw('count(*)::integer AS count'));
  return Object.fromEntries(rows.filter(({ outcome }) => CONTACT_OUTCOMES.includes(outcome)).map(({ outcome, count }) => [outcome, count]));
}
