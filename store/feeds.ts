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
  /** The last three are those of a dry run (feed-dry-runs.ts). */
  status: 'pulling' | 'taking' | 'done' | 'failed' | 'fetching' | 'trying' | 'tried';
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

export interface PullColumns extends Pick<Pull, 'kind' | 'status' | 'day' | 'through' | 'upto' | 'tries'> {
  pull_id: string;
  feed_id: string;
  asked_by: string;
  began_at: Date;
}

export function pullOf(row: PullColumns): Pull {
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

/** Writes something about a pull or a dry run, as long as it is still this worker's. @throws TakenOver when it is not, or was cancelled */
export async function notePull(
  db: Database,
  pull: Pick<Pull, 'pullId' | 'tries'>,
  change: {
    kind?: PullKind;
    through?: string;
    upto?: Positions;
    expected?: number;
    read?: number;
    left_out?: string[];
    status?: 'taking' | 'trying';
  },
): Promise<void> {
  const { upto, ...plain } = change;
  const noted = await db('feed_pull')
    .where({ pull_id: pull.pullId, tries: pull.tries })
    .whereIn('status', ['pulling', 'taking', 'fetching', 'trying'])
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

/**
 * Drops what a pull has delivered so far and not committed: what it pulls anew comes whole.
 * @param parts the part; or, as `{from}`, that part and all after it
 */
export async function dropDelivery(trx: Transaction, pullId: string, parts: number | { from: number }, by: string): Promise<void> {
  const [is, part] = typeof parts === 'number' ? (['=', parts] as const) : (['>=', parts.from] as const);
  const gone = await trx('feed_delivery')
    .where({ pull_id: pullId })
    .andWhere('part', is, part)
    .delete()
    .returning<{ delivery_id: string }[]>('delivery_id');
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

/** A file of a feed's folder as it was when it was taken. */
export interface TakenFile {
  name: string;
  /** In bytes. */
  size: number;
  /** When it had last been written, by the server's clock. */
  modifiedAt: string;
}

/** The files that pulls of a feed have taken. */
export async function readTakenFiles(db: Database, feedId: string): Promise<TakenFile[]> {
  const rows = await db('feed_file AS f')
    .join('feed_pull AS p', 'p.pull_id', 'f.pull_id')
    .where({ feed_id: feedId, status: 'done' })
    .orderBy('f.modified_at')
    .select<{ name: string; size: number; modified_at: Date }[]>('f.name', 'f.size', 'f.modified_at');
  return rows.map(({ name, size, modified_at }) => ({ name, size, modifiedAt: modified_at.toISOString() }));
}

/** Notes what a file was that a pull has read; it is taken when the pull is done. */
export async function noteFile(trx: Transaction, pullId: string, file: TakenFile & { sha256: string }): Promise<void> {
  await trx('feed_file').where({ pull_id: pullId, name: file.name }).delete();
  await trx('feed_file').insert({
    pull_id: pullId,
    name: file.name,
    size: file.size,
    modified_at: file.modifiedAt,
    sha256: file.sha256,
  });
}

/** How far each resource of a feed has been taken in. */
export async function readCursors(db: Database, feedId: string): Promise<Positions> {
  const rows = await db('feed_cursor').where({ feed_id: feedId }).orderBy('resource').select<{ resource: string; position: number }[]>();
  return Object.fromEntries(rows.map(({ resource, position }) => [resource, position]));
}
