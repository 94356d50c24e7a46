import type { FeedSystem } from '../../policy/feeds.ts';
import type { Database } from '../database.ts';
import { districtTime } from '../clock.ts';
import { GRACE_MINUTES, isReconcileDue, lastSlot, localText, minutesAfter, nextSlot, reconcileSlots, retryAt } from '../feed-times.ts';
import { readFeeds, type Feed, type PullKind } from '../feeds.ts';

/** How a feed is. `failing`: its last pull failed; `late`: nothing has come though it was to be pulled; `waiting`: not pulled yet. */
export type FeedState = 'well' | 'waiting' | 'failing' | 'late' | 'paused';

export interface FeedHealth {
  state: FeedState;
  /** What is the matter, of which day the numbers are, and what happens next; null when all is well. */
  sentence: string | null;
  /** District time of the beginning of the last pull that was taken in whole. */
  lastSuccess: string | null;
  lastReconcile: string | null;
  /** The last day of which the feed has said everything. */
  numbersOf: string | null;
  lastAttempt: string | null;
  problem: string | null;
  /** Rows that the last attempt found waiting and that have not been taken in; null when nobody knows. */
  rowsBehind: number | null;
  /** Null of a paused feed. */
  nextAttempt: string | null;
  nextReconcile: string | null;
  /** Failed attempts since the last success. */
  failures: number;
  /** What is being pulled just now. */
  running: PullKind | null;
  /** Resources that the source does not let us read. */
  leftOut: string[];
}

const TITLES: Record<FeedSystem, string> = { edfi: 'Ed-Fi API', aeries: 'Aeries API', sftp: 'files by SFTP' };

interface HistoryRow {
  feed_id: string;
  last_success: Date | null;
  last_reconcile: Date | null;
  numbers_of: string | null;
  last_attempt: Date | null;
  ended_at: Date | null;
  status: 'pulling' | 'taking' | 'done' | 'failed' | null;
  kind: PullKind | null;
  problem: string | null;
  expected: number | null;
  left_out: string[] | null;
  failures: number;
}

const iso = (instant: Date | null): string | null => instant?.toISOString() ?? null;

/** Every feed that has not been removed, with its health at the district's time. */
export async function readFeedHealth(db: Database): Promise<(Feed & { health: FeedHealth })[]> {
  const feeds = await readFeeds(db);
  if (feeds.length === 0) return [];
  const { at } = await districtTime(db);
  const { time_zone: timeZone } = await db('district').first<{ time_zone: string }>('time_zone');
  const { rows } = await db.raw<{ rows: HistoryRow[] }>(
    `SELECT f.feed_id, s.last_success, s.last_reconcile, s.numbers_of, p.began_at AS last_attempt, p.ended_at, p.status, p.kind, p.problem,
       p.expected, p.left_out, coalesce(n.failures, 0) AS failures
     FROM feed f
     LEFT JOIN LATERAL (
       SELECT max(began_at) AS last_success, max(began_at) FILTER (WHERE kind = 'reconcile') AS last_reconcile, max(through) AS numbers_of
       FROM feed_pull WHERE feed_id = f.feed_id AND status = 'done') s ON true
     LEFT JOIN LATERAL (
       SELECT * FROM feed_pull WHERE feed_id = f.feed_id AND status IN ('pulling', 'taking', 'done', 'failed')
       ORDER BY began_at DESC, pull_id DESC LIMIT 1) p ON true
     LEFT JOIN LATERAL (
       SELECT count(*) AS failures FROM feed_pull
       WHERE feed_id = f.feed_id AND status = 'failed' AND began_at > coalesce(s.last_success, '-infinity')) n ON true
     WHERE f.state <> 'removed'`,
  );
  const histories = new Map(rows.map((row) => [row.feed_id, row]));
  return feeds.map((feed) => ({ ...feed, health: healthOf(feed, histories.get(feed.feedId)!, timeZone, at) }));
}

function healthOf(feed: Feed, row: HistoryRow, timeZone: string, at: string): FeedHealth {
  const { settings } = feed;
  const lastSuccess = iso(row.last_success);
  const lastReconcile = iso(row.last_reconcile);
  const slot = lastSlot(settings, timeZone, at);
  const slotPassed = slot >= feed.activeSince && (lastSuccess === null || lastSuccess < slot);
  const reconcile = reconcileSlots(settings, timeZone, at);
  const reconcileDue = isReconcileDue(feed, lastReconcile, timeZone, at);
  const running = row.status === 'pulling' || row.status === 'taking' ? row.kind : null;
  const failing = row.status === 'failed' || (running !== null && row.problem !== null);
  const retry = row.status === 'failed' ? retryAt(iso(row.ended_at) ?? at, row.failures) : null;
  const nextAttempt = feed.state === 'paused' ? null : next();
  const state = stateOf();
  const base = {
    lastSuccess,
    lastReconcile,
    numbersOf: row.numbers_of,
    lastAttempt: iso(row.last_attempt),
    problem: failing ? row.problem : null,
  };
  return {
    ...base,
    state,
    sentence: state === 'well' || state === 'waiting' ? null : sentenceOf(feed, { ...base, state, nextAttempt, running }, timeZone, slot),
    rowsBehind: failing && row.expected !== null && row.expected > 0 ? row.expected : null,
    nextAttempt,
    nextReconcile: feed.state === 'paused' ? null : reconcileDue ? nextAttempt : reconcile.next,
    failures: row.failures,
    running,
    leftOut: row.left_out ?? [],
  };

  function next(): string {
    if (retry !== null) {
      const following = nextSlot(settings, timeZone, iso(row.ended_at) ?? at);
      return retry < following ? retry : following;
    }
    return slotPassed || (lastSuccess === null && feed.activeSince <= at) ? slot : nextSlot(settings, timeZone, at);
  }

  function stateOf(): FeedState {
    const overdue = slotPassed && minutesAfter(slot, GRACE_MINUTES) <= at;
    if (feed.state === 'paused') return 'paused';
    if (failing) return 'failing';
    if (overdue) return 'late';
    return lastSuccess === null ? 'waiting' : 'well';
  }
}

/** What is the matter with a feed, and of which day the numbers are therefore, for everybody who reads them. */
function sentenceOf(
  { name, system }: Feed,
  health: Pick<FeedHealth, 'state' | 'lastSuccess' | 'numbersOf' | 'problem' | 'nextAttempt' | 'running'>,
  timeZone: string,
  slot: string,
): string {
  const since =
    health.lastSuccess === null ? 'has never brought anything' : `has brought nothing since ${localText(health.lastSuccess, timeZone)}`;
  const why: Partial<Record<FeedState, string>> = {
    failing: health.problem ?? 'The last attempt failed.',
    late: `It was to be pulled at ${localText(slot, timeZone)} and was not: is a worker running?`,
    paused: 'Somebody has paused it.',
  };
  const numbers =
    health.numbersOf === null
      ? 'What is shown here does not rest on it yet.'
      : `The numbers shown are of ${health.numbersOf} and leave out what has happened since.`;
  return `The feed ${name} (${TITLES[system]}) ${since}. ${why[health.state] ?? ''} ${numbers}${next()}`;

  function next(): string {
    if (health.state !== 'failing') return '';
    if (health.running !== null) return ' It is being tried again.';
    return health.nextAttempt === null ? '' : ` Next attempt: ${localText(health.nextAttempt, timeZone)}.`;
  }
}

/** A feed whose numbers are older than they should be, as pages show it. */
export interface StaleFeed {
  feed: string;
  state: Exclude<FeedState, 'well' | 'waiting'>;
  /** District time since when nothing has come; null if nothing ever has. */
  since: string | null;
  /** The day of which the numbers are; null if none has come. */
  numbersOf: string | null;
  sentence: string;
}

/**
 * What pages that show numbers say about the feeds they rest on: nothing, as long as all is well.
 * @param schools the schools whose numbers are shown; null means any
 */
export async function staleFeeds(db: Database, schools: readonly string[] | null): Promise<StaleFeed[]> {
  return (await readFeedHealth(db)).flatMap(({ name, settings, health: { state, sentence, lastSuccess: since, numbersOf } }) => {
    const concerns = schools === null || settings.schools === null || schools.some((school) => settings.schools!.includes(school));
    return sentence === null || state === 'well' || state === 'waiting' || !concerns
      ? []
      : [{ feed: name, state, since, numbersOf, sentence }];
  });
}

/** A change of what a feed is. */
export interface FeedChange {
  by: string;
  /** District time. */
  at: string;
  note: string;
  /** Names of what is different since. */
  what: string[];
}

/** The changes of a feed, latest first. */
export async function readFeedChanges(db: Database, feedId: string): Promise<FeedChange[]> {
  const rows = await db('feed_change')
    .where({ feed_id: feedId })
    .orderBy('change_id', 'desc')
    .select<{ changed_by: string; changed_at: Date; note: string; what: string[] }[]>(
      'changed_by',
      'changed_at',
      'note',
      db.raw('ARRAY(SELECT key FROM jsonb_each(after) WHERE value IS DISTINCT FROM before -> key ORDER BY key) AS what'),
    );
  return rows.map(({ changed_by: by, changed_at: at, note, what }) => ({ by, at: at.toISOString(), note, what }));
}
