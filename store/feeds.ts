import type { FeedSettings, FeedSystem } from '../policy/feeds.ts';
import type { Database, Transaction } from './database.ts';
import { cancelDelivery, commitDelivery, dropUnusedUploads } from './intake/deliveries.ts';

/** A system that is asked for its data. */
export interface Feed {
  feedId: string;
  name: string;
  system: FeedSystem;
  url: string;
  clientId: string | null;
  /** Where the secret lies; never the secret. */
  secret: string;
  settings: FeedSettings;
  state: 'active' | 'paused' | 'removed';
  /** District time, ISO 8601. */
  activeSince: string;
  /** District time since which what was read before does not count: only a reconcile that began later does. Null while everything counts. */
  readAnewSince: string | null;
}

/** Changes since the last pull, or everything. */
export type PullKind = 'changes' | 'reconcile';
/** How far a source has been read, by resource. */
export type Positions = Readonly<Record<string, number>>;

/** One pull of a feed. Instants are district time. */
export interface Pull {
  pullId: string;
  feedId: string;
  kind: PullKind;
  status: 'pulling' | 'taking' | 'done' | 'failed';
  askedBy: string;
  beganAt: string;
  /** The district's day on which it began. */
  day: string;
  /** The last day of which it says everything. */
  through: string;
  /** Where the source stood when it began; null until it was asked. */
  upto: Positions | null;
  tries: number;
}

interface FeedColumns {
  feed_id: string;
  name: string;
  system: FeedSystem;
  url: string;
  client_id: string | null;
  secret: string;
  settings: FeedSettings;
  state: Feed['state'];
  active_since: Date;
  read_anew_since: Date | null;
}

export function feedOf(row: FeedColumns): Feed {
  const {
    feed_id: feedId,
    client_id: clientId,
    active_since: since,
    read_anew_since: anew,
    name,
    system,
    url,
    secret,
    settings,
    state,
  } = row;
  const known = { feedId, name, system, url, clientId, secret, settings, state };
  return { ...known, activeSince: since.toISOString(), readAnewSince: anew?.toISOString() ?? null };
}

/** The feeds that have not been removed, by name. */
export async function readFeeds(db: Database): Promise<Feed[]> {
  return (await db('feed').whereNot({ state: 'removed' }).orderBy('name').select<FeedColumns[]>()).map(feedOf);
}

/** @returns null when there is none of this id */
export async function readFeed(db: Database, feedId: string): Promise<Feed | null> {
  const row = await db('feed').where({ feed_id: feedId }).first<FeedColumns | undefined>();
  return row ? feedOf(row) : null;
}

interface PullColumns extends Pick<Pull, 'kind' | 'status' | 'day' | 'through' | 'upto' | 'tries'> {
  pull_id: string;
  feed_id: string;
  asked_by: string;
  began_at: Date;
}

function pullOf(row: PullColumns): Pull {
  const { pull_id: pullId, feed_id: feedId, asked_by: askedBy, began_at: beganAt, kind, status, day, through, upto, tries } = row;
  return { pullId, feedId, askedBy, beganAt: beganAt.toISOString(), kind, status, day, through, upto, tries };
}

/**
 * Takes up the pull of a feed that is under way, or begins one. A feed has one at a time; whoever had taken it up before finds with the
 * next thing it writes that it has been taken for dead.
 */
export async function takeUpPull(
  db: Database,
  input: { feedId: string; kind: PullKind; askedBy: string; at: string; day: string; through: string },
): Promise<Pull> {
  await db('feed_pull')
    .insert({
      feed_id: input.feedId,
      kind: input.kind,
      asked_by: input.askedBy,
      began_at: input.at,
      day: input.day,
      through: input.through,
    })
    .onConflict(db.raw(`(feed_id) WHERE status IN ('pulling', 'taking')`))
    .ignore();
  const [row] = await db('feed_pull')
    .where({ feed_id: input.feedId })
    .whereIn('status', ['pulling', 'taking'])
    .update({ tries: db.raw('tries + 1'), read: 0, expected: 0 })
    .returning<PullColumns[]>('*');
  if (!row) throw new Error('a pull ended while it was taken up');
  return pullOf(row);
}

/** Thrown by what a pull writes after another worker has taken it up. */
export class TakenOver extends Error {
  override name = 'TakenOver';
}

/** Writes something about a pull, as long as it is still this worker's. @throws TakenOver when it is not */
export async function notePull(
  db: Database,
  pull: Pick<Pull, 'pullId' | 'tries'>,
  change: { kind?: PullKind; upto?: Positions; expected?: number; read?: number; left_out?: string[]; status?: 'taking' },
): Promise<void> {
  const { upto, ...plain } = change;
  const noted = await db('feed_pull')
    .where({ pull_id: pull.pullId, tries: pull.tries })
    .whereIn('status', ['pulling', 'taking'])
    .update({ tries: pull.tries, ...plain, ...(upto === undefined ? {} : { upto: JSON.stringify(upto) }) });
  if (noted !== 1) throw new TakenOver('another worker has taken up this pull');
}

/** The deliveries of a pull, in the order in which they are to be taken. */
export async function deliveriesOf(db: Database, pullId: string): Promise<{ part: number; deliveryId: string }[]> {
  return db('feed_delivery')
    .where({ pull_id: pullId })
    .orderBy('part')
    .select<{ part: number; deliveryId: string }[]>('part', 'delivery_id AS deliveryId');
}

/** Drops what a pull has delivered so far and not committed: what it pulls anew comes whole. */
export async function dropDelivery(trx: Transaction, pullId: string, part: number, by: string): Promise<void> {
  const gone = await trx('feed_delivery').where({ pull_id: pullId, part }).delete().returning<{ delivery_id: string }[]>('delivery_id');
  for (const { delivery_id: id } of gone) {
    await cancelDelivery(trx, id, by);
    await dropUnusedUploads(trx, id);
  }
}

/** Closes the deliveries of a pull that has all of them, ready to be imported. */
export async function commitPull(db: Database, pull: Pick<Pull, 'pullId' | 'tries'>): Promise<void> {
  await db.transaction(async (trx) => {
    await notePull(trx, pull, { status: 'taking' });
    for (const { deliveryId } of await deliveriesOf(trx, pull.pullId)) await commitDelivery(trx, deliveryId);
  });
}

/**
 * Ends a pull whose deliveries have all been taken: the feed's cursors move to where the source stood when it began.
 * @returns false when it had ended before
 * @throws when one of its deliveries is not done
 */
export async function finishPull(db: Database, pullId: string, at: string): Promise<boolean> {
  return db.transaction(async (trx) => {
    const [row] = await trx('feed_pull')
      .where({ pull_id: pullId, status: 'taking' })
      .update({ status: 'done', ended_at: at, problem: null })
      .returning<PullColumns[]>('*');
    if (!row) return false;
    const open = await trx('feed_delivery AS f').join('delivery AS d', 'd.delivery_id', 'f.delivery_id').where('f.pull_id', pullId).whereNot('d.status', 'done').first<object | undefined>('d.status'); // prettier-ignore
    if (open) throw new Error('a delivery of the pull has not been taken');
    await trx.raw(
      `INSERT INTO feed_cursor (feed_id, resource, position, pull_id)
       SELECT CAST(:feedId AS uuid), key, value::bigint, CAST(:pullId AS uuid) FROM jsonb_each_text(CAST(:upto AS jsonb))
       ON CONFLICT (feed_id, resource) DO UPDATE SET position = excluded.position, pull_id = excluded.pull_id`,
      { feedId: row.feed_id, pullId, upto: JSON.stringify(row.upto ?? {}) },
    );
    return true;
  });
}

/** Says what stands in the way of a pull that will be tried again. */
export async function troubled(db: Database, feedId: string, problem: string): Promise<void> {
  await db('feed_pull').where({ feed_id: feedId }).whereIn('status', ['pulling', 'taking']).update({ problem });
}

/**
 * Ends a pull that failed. What it has delivered and nobody has taken is dropped; the cursors stay where they are, so that the next pull
 * brings it all.
 */
export async function failPull(db: Database, input: { feedId: string; problem: string; at: string; by: string }): Promise<void> {
  await db.transaction(async (trx) => {
    const failed = await trx('feed_pull')
      .where({ feed_id: input.feedId })
      .whereIn('status', ['pulling', 'taking'])
      .update({ status: 'failed', problem: input.problem, ended_at: input.at })
      .returning<{ pull_id: string }[]>('pull_id');
    for (const { pull_id: pullId } of failed) {
      const left = await trx('feed_delivery AS f')
        .join('delivery AS d', 'd.delivery_id', 'f.delivery_id')
        .where('f.pull_id', pullId)
        .whereIn('d.status', ['receiving', 'queued'])
        .pluck<string[]>('d.delivery_id');
      for (const id of left) {
        await cancelDelivery(trx, id, input.by);
        await dropUnusedUploads(trx, id);
      }
    }
  });
}

/** How far each resource of a feed has been taken in. */
export async function readCursors(db: Database, feedId: string): Promise<Positions> {
  const rows = await db('feed_cursor').where({ feed_id: feedId }).orderBy('resource').select<{ resource: string; position: number }[]>();
  return Object.fromEntries(rows.map(({ resource, position }) => [resource, position]));
}
