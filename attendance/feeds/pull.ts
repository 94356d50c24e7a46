import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Temporal } from 'temporal-polyfill';
import { insertCodes } from '../../store/attendance-codes.ts';
import { districtTime } from '../../store/clock.ts';
import type { Database } from '../../store/database.ts';
import { inParts, keepPart } from '../../store/delivery-files.ts';
import { isReconcileDue, throughDay } from '../../store/feed-times.ts';
import {
  commitPull,
  deliveriesOf,
  dropDelivery,
  noteFile,
  notePull,
  readCursors,
  readFeed,
  readTakenFiles,
  takeUpPull,
  type Feed,
  type Pull,
  type PullKind,
} from '../../store/feeds.ts';
import { beginUpload, filesOf, fileState, keepFile, openDelivery } from '../../store/intake/deliveries.ts';
import { schoolYearOf } from '../school-year.ts';
import type { Wire } from './http.ts';
import { SOURCES } from './index.ts';
import { FeedProblem, FileLeftOut, NeedsReconcile } from './problem.ts';
import type { Ask, FeedSource, Parcel, PulledFile } from './source.ts';

/** What a pull needs beside the database. */
export interface Pulling {
  /** Gives the secret that lies at a place (`env:NAME`, `file:NAME`). @throws FeedProblem when there is none */
  secretAt: (place: string) => Promise<string>;
  wire?: Wire;
}

/** How many rows go by between two notes of how far a pull has come. */
const NOTE_EVERY = 5_000;
/** After a longer gap than this many days a pull of changes reads everything. */
const LONGEST_GAP = 15;

/** Who delivers what a feed brings, as deliveries and the ledger name it. */
export const deliveredBy = (feed: Pick<Feed, 'name'>): string => `feed:${feed.name}`;

/**
 * Pulls a feed: writes what its source has to tell into deliveries, page by page, and closes them when all of it has come. It takes
 * nothing in itself: that is the import's part, and the feed's cursors move only after it. A pull that broke off is taken up: finished
 * files of a reconcile stay, the rest is pulled anew.
 * @param asked changes or everything; null leaves it to what is due
 * @returns the pull and its deliveries, in the order in which they are to be taken
 * @throws FeedProblem when the source gives no answer that can be used
 */
export async function pullFeed(
  db: Database,
  feedId: string,
  asked: { kind: PullKind | null; by: string },
  pulling: Pulling,
): Promise<{ pullId: string; deliveries: string[] }> {
  const feed = await readFeed(db, feedId);
  if (feed === null || feed.state === 'removed') throw new FeedProblem('There is no such feed any more.', false);
  const due = await pullDue(db, feed);
  const pull = await takeUpPull(db, { feedId, ...due, kind: asked.kind ?? due.kind, askedBy: asked.by });
  if (pull.status === 'pulling') {
    const saysOfCodes: Ask['saysOfCodes'] = (codes) => db.transaction((trx) => insertCodes(trx, codes, deliveredBy(feed)));
    await commitPull(db, await bring(db, { feed, pull, saysOfCodes }, pulling));
  }
  return { pullId: pull.pullId, deliveries: (await deliveriesOf(db, pull.pullId)).map(({ deliveryId }) => deliveryId) };
}

/** What a pull of a feed begun now would be: what is due, its day, and the last day of which it says everything. */
export async function pullDue(db: Database, feed: Feed): Promise<{ kind: PullKind; at: string; day: string; through: string }> {
  const { at, day } = await districtTime(db);
  const { time_zone: timeZone } = await db('district').first<{ time_zone: string }>('time_zone');
  return { kind: await kindDue(db, feed, timeZone, at), at, day, through: throughDay(feed.settings, timeZone, at) };
}

/** A pull or a dry run under way, and what is done with what the source itself says of its codes. */
export interface Bringing {
  feed: Feed;
  pull: Pull;
  saysOfCodes: Ask['saysOfCodes'];
}

/**
 * Fills the deliveries of a pull, or of a dry run, with what the source has to tell.
 * @returns it as it has become: changes that do not tell enough make it a reconcile
 * @throws FeedProblem when the source gives no answer that can be used
 */
export async function bring(db: Database, bringing: Bringing, pulling: Pulling): Promise<Pull> {
  const { feed } = bringing;
  const secret = await pulling.secretAt(feed.secret);
  const source = SOURCES[feed.system]({ url: feed.url, clientId: feed.clientId, secret, wire: pulling.wire ?? {} });
  try {
    let pull = await begun(db, feed, bringing.pull, source);
    try {
      await fill(db, { ...bringing, pull }, source, pulling.wire?.signal);
    } catch (error) {
      if (!(error instanceof NeedsReconcile) || pull.kind === 'reconcile') throw error;
      pull = await toReconcile(db, feed, pull);
      await fill(db, { ...bringing, pull }, source, pulling.wire?.signal);
    }
    return pull;
  } finally {
    source.close?.();
  }
}

/** Everything is read with the first pull, once in every week, and when the feed was changed so that it has to be. */
async function kindDue(db: Database, feed: Feed, timeZone: string, at: string): Promise<PullKind> {
  const row = await db('feed_pull')
    .where({ feed_id: feed.feedId, status: 'done', kind: 'reconcile' })
    .max<{ last: Date | null }>('began_at AS last')
    .first<{ last: Date | null }>();
  return isReconcileDue(feed, row.last?.toISOString() ?? null, timeZone, at) ? 'reconcile' : 'changes';
}

/** Asks once where the source stands, and whether it can tell what changed; what it cannot tell is read as a whole. */
async function begun(db: Database, feed: Feed, pull: Pull, source: FeedSource): Promise<Pull> {
  if (pull.upto !== null) return pull;
  const { feedId, settings } = feed;
  const before = { kind: pull.kind, since: await readCursors(db, feedId), taken: await readTakenFiles(db, feedId), settings };
  const { upto, changes, asOf } = await source.position(before);
  const through = asOf === undefined ? pull.through : await throughAsOf(db, feed, pull.through, asOf);
  const cannotTell = Object.keys(upto).length > 0 && !changes;
  const open = await openDay(db, feed);
  const gap = open === null || Temporal.PlainDate.from(open).until(pull.through).days > LONGEST_GAP;
  const kind = pull.kind === 'reconcile' || cannotTell || gap ? 'reconcile' : 'changes';
  await notePull(db, pull, { upto, kind, through });
  return { ...pull, upto, kind, through };
}

/** What was written at an instant says nothing about the days after it. */
async function throughAsOf(db: Database, { settings }: Feed, through: string, asOf: string): Promise<string> {
  const { time_zone: timeZone } = await db('district').first<{ time_zone: string }>('time_zone');
  return [through, throughDay(settings, timeZone, asOf)].sort()[0]!;
}

async function toReconcile(db: Database, feed: Feed, pull: Pull): Promise<Pull> {
  await notePull(db, pull, { kind: 'reconcile' });
  await db.transaction((trx) => dropDelivery(trx, pull.pullId, { from: 0 }, deliveredBy(feed)));
  return { ...pull, kind: 'reconcile' };
}

/** The first day of which the feed has not said everything yet; null before its first pull. */
async function openDay(db: Database, feed: Feed): Promise<string | null> {
  const row = await db('feed_pull')
    .where({ feed_id: feed.feedId, status: 'done' })
    .max<{ last: string | null }>('through AS last')
    .first<{ last: string | null }>();
  return row.last === null ? null : Temporal.PlainDate.from(row.last).add({ days: 1 }).toString();
}

/** Fills the deliveries of a pull with what the source brings. */
async function fill(
  db: Database,
  { feed, pull, saysOfCodes }: Bringing,
  source: FeedSource,
  signal: AbortSignal | undefined,
): Promise<void> {
  const counts = { expected: 0, read: 0, noted: 0 };
  const leftOut = new Set<string>();
  const note = async (): Promise<void> => {
    counts.noted = counts.read;
    await notePull(db, pull, { expected: counts.expected, read: counts.read, left_out: [...leftOut].sort() });
  };
  const ask: Ask = {
    kind: pull.kind,
    since: await readCursors(db, feed.feedId),
    upto: pull.upto ?? {},
    settings: feed.settings,
    today: pull.day,
    through: pull.through,
    yearFrom: schoolYearOf(pull.day).from,
    open: await openDay(db, feed),
    schoolDays: (from, to) => schoolDays(db, from, to),
    pullId: pull.pullId,
    taken: await readTakenFiles(db, feed.feedId),
    db,
    expects: (rows) => void (counts.expected += rows),
    reads: (rows) => void (counts.read += rows),
    saysOfCodes,
    leavesOut: (resource) => void leftOut.add(resource),
  };
  let part = 0;
  try {
    await eachParcel();
  } catch (error) {
    // How many rows wait is worth knowing; what went wrong is what has to be told.
    await note().catch(() => undefined);
    throw error;
  }
  await note();

  async function eachParcel(): Promise<void> {
    for await (const parcel of source.parcels(ask)) {
      if (!parcel.keepsFiles) await db.transaction((trx) => dropDelivery(trx, pull.pullId, part, deliveredBy(feed)));
      await fillDelivery(db, { feed, pull, part }, parcel, async (left) => {
        signal?.throwIfAborted();
        if (left !== undefined) leftOut.add(left);
        if (left !== undefined || counts.read - counts.noted >= NOTE_EVERY) await note();
      });
      part += 1;
    }
    // What an attempt before this one had beyond that has come in these.
    await db.transaction((trx) => dropDelivery(trx, pull.pullId, { from: part }, deliveredBy(feed)));
  }
}

/** The days of a span on which some school teaches; all of them as long as no calendar speaks of any. */
async function schoolDays(db: Database, from: string, to: string): Promise<string[]> {
  const known = await db('calendar_day')
    .whereBetween('date', [from, to])
    .groupBy('date')
    .orderBy('date')
    .select<{ date: string; taught: boolean }[]>('date', db.raw('bool_or(instructional) AS taught'));
  if (known.length > 0) return known.filter(({ taught }) => taught).map(({ date }) => date);
  const first = Temporal.PlainDate.from(from);
  return Array.from({ length: first.until(to).days + 1 }, (_none, days) => first.add({ days }).toString());
}

interface Place {
  feed: Feed;
  pull: Pull;
  part: number;
}

/** Writes one delivery of a pull. It is opened with its first file: a parcel without files is none. */
async function fillDelivery(db: Database, place: Place, parcel: Parcel, progress: (left?: string) => Promise<void>): Promise<void> {
  let deliveryId = (await deliveriesOf(db, place.pull.pullId)).find(({ part }) => part === place.part)?.deliveryId ?? null;
  for await (const file of parcel.files()) {
    await progress();
    const known = deliveryId === null ? null : await db.transaction((trx) => fileState(trx, deliveryId!, file.name));
    if (known !== null && known.sha256 !== null) continue;
    try {
      deliveryId = await writeFile(db, place, deliveryId, file, progress);
    } catch (error) {
      if (!(error instanceof FileLeftOut)) throw error;
      await progress(file.name);
    }
  }
  if (deliveryId === null) return;
  const id = deliveryId;
  await db.transaction(async (trx) => {
    await notePull(trx, place.pull, {});
    await trx('delivery')
      .where({ delivery_id: id })
      .update({ coverage: JSON.stringify(parcel.coverage(await filesOf(trx, id))) });
  });
}

/** Writes one file, part by part. @returns the delivery it lies in; none is opened for a file without rows */
async function writeFile(
  db: Database,
  place: Place,
  delivery: string | null,
  file: PulledFile,
  progress: () => Promise<void>,
): Promise<string | null> {
  let deliveryId = delivery;
  let uploadId: string | null = null;
  const hash = createHash('sha256');
  let size = 0;
  let part = 0;
  for await (const piece of inParts('bytes' in file ? file.bytes() : packed(file.text()))) {
    const startsAt = size;
    hash.update(piece);
    size += piece.length;
    await db.transaction(async (trx) => {
      await notePull(trx, place.pull, {});
      deliveryId ??= await open(trx, place);
      uploadId ??= await beginUpload(trx, deliveryId, file.name);
      if (uploadId === null || !(await keepPart(trx, uploadId, { part, startsAt, bytes: piece })))
        throw new FeedProblem('A delivery of this pull was cancelled while it was filled.', false);
    });
    part += 1;
    await progress();
  }
  if (uploadId === null || deliveryId === null) return deliveryId;
  const kept = { deliveryId, name: file.name, sha256: hash.digest('hex'), size, uploadId };
  await db.transaction(async (trx) => {
    await notePull(trx, place.pull, {});
    await keepFile(trx, kept);
    if ('bytes' in file) await noteFile(trx, place.pull.pullId, { ...file, sha256: kept.sha256 });
  });
  return deliveryId;
}

/** A text packed with gzip: a year's events take a twentieth of the space. Nothing when there is no text. */
async function* packed(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
  const pieces = text[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done) return;
  async function* whole(): AsyncGenerator<string> {
    yield String(first.value);
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
  // Errors of either side come out of the loop below.
  const gzip = pipeline(Readable.from(whole()), createGzip(), () => {});
  for await (const piece of gzip) yield piece as Buffer;
}

async function open(trx: Parameters<typeof openDelivery>[0], { feed, pull, part }: Place): Promise<string> {
  const deliveryId = await openDelivery(trx, {
    source: `feed ${feed.name}${pull.status === 'fetching' ? ', dry run' : ''}`,
    coverage: { schools: [], from: null, to: null, complete: false },
    receivedBy: deliveredBy(feed),
  });
  await trx('feed_delivery').insert({ pull_id: pull.pullId, part, delivery_id: deliveryId });
  return deliveryId;
}
